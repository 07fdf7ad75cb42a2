# Tags, not digests: pin by digest what you have pulled and checked yourself.
FROM python:3.11-slim AS builder
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

# Two environments: what builds the wheel stays behind. The final one has no pip to misuse.
RUN python -m venv /opt/build && python -m venv --without-pip /opt/fortochka
COPY requirements-mcp.lock requirements-build.lock ./
RUN /opt/build/bin/pip install --require-hashes -r requirements-build.lock \
 && /opt/build/bin/pip --python /opt/fortochka/bin/python install --require-hashes -r requirements-mcp.lock

COPY pyproject.toml README.md LICENSE ./
COPY prompts ./prompts
COPY bot ./bot
RUN /opt/build/bin/python -m hatchling build -t wheel -d /tmp/dist \
 && /opt/build/bin/pip --python /opt/fortochka/bin/python install --no-deps --no-index /tmp/dist/*.whl

FROM python:3.11-slim
# A numeric owner lets a cluster check "not root" without reading the image's passwd file.
RUN install -d -m 0700 -o 10001 -g 10001 /data
COPY --from=builder /opt/fortochka /opt/fortochka
ENV PATH=/opt/fortochka/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    FORTOCHKA_HOME=/data \
    HEALTH_PORT=8080 \
    HEALTH_HOST=0.0.0.0 \
    WEBHOOK_HOST=0.0.0.0 \
    WEB_HOST=0.0.0.0
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# No curl in the image. A proxy from the environment must not stand between a process and itself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as web; web.build_opener(web.ProxyHandler({})).open('http://127.0.0.1:' + (os.environ.get('HEALTH_PORT') or '8080') + '/readyz', timeout=4)"]
ENTRYPOINT ["fortochka"]
CMD ["run"]
