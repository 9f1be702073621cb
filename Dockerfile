# One image for every command of pintu: docker build -t pintu .
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/pintu
COPY requirements.lock ./
# The lock file names the development tools too; they do no harm in a stage that is left behind,
# and one lock file is what was tested.
RUN /opt/pintu/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY broker broker
COPY config config
COPY consumers consumers
COPY gateway gateway
COPY pintu pintu
RUN /opt/pintu/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
# Six generic package names are ours alone: nothing beside the program may shadow them.
ENV PYTHONSAFEPATH=1 PYTHONUNBUFFERED=1 PATH=/opt/pintu/bin:$PATH \
    PINTU_STATE_DIR=/var/lib/pintu PINTU_HTTP=0.0.0.0:9464 PINTU_LOG_FORMAT=json
RUN useradd --system --home-dir /var/lib/pintu --create-home pintu
COPY --from=build /opt/pintu /opt/pintu
USER pintu
VOLUME /var/lib/pintu
EXPOSE 9464
ENTRYPOINT ["pintu"]
CMD ["run", "all"]
