# One image for every command of pintu: docker build -t pintu .
# Everything is named with its hash: the base (the index of all platforms), the tools that install
# and build, the dependencies.
FROM python:3.13-slim@sha256:8d9d0b8bcf6506481eae4907c18f5e3e7902e629f5f6d684f9e7c32e85e3ddf0 AS build
WORKDIR /src
RUN python -m venv /opt/pintu
COPY requirements-build.lock requirements-run.lock ./
# What the program needs, in the versions that were tested.
RUN /opt/pintu/bin/pip install --no-cache-dir --require-hashes -r requirements-build.lock
RUN /opt/pintu/bin/pip install --no-cache-dir --require-hashes -r requirements-run.lock
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY broker broker
COPY config config
COPY consumers consumers
COPY gateway gateway
COPY pintu pintu
RUN /opt/pintu/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim@sha256:8d9d0b8bcf6506481eae4907c18f5e3e7902e629f5f6d684f9e7c32e85e3ddf0
# Six generic package names are ours alone: nothing beside the program may shadow them.
ENV PYTHONSAFEPATH=1 PYTHONUNBUFFERED=1 PATH=/opt/pintu/bin:$PATH \
    PINTU_STATE_DIR=/var/lib/pintu PINTU_HTTP=0.0.0.0:9464 PINTU_GATEWAY=0.0.0.0:8080 \
    PINTU_LOG_FORMAT=json
# A number of its own, which docker-compose.yml names: no user of the machine has it.
RUN groupadd --gid 10001 pintu && \
    useradd --uid 10001 --gid pintu --home-dir /var/lib/pintu --create-home \
        --shell /usr/sbin/nologin pintu && \
    install -d -o 10001 -g 10001 -m 0700 /var/lib/pintu-attachments
COPY --from=build /opt/pintu /opt/pintu
USER 10001:10001
VOLUME /var/lib/pintu
EXPOSE 9464 8080
ENTRYPOINT ["pintu"]
CMD ["run", "all"]
