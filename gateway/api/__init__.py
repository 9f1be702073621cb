"""Doors over HTTP for portals and agencies: FastAPI on uvicorn."""
