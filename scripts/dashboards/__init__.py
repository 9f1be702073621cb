"""The dashboards of deploy/grafana, made from what their panels ask."""
