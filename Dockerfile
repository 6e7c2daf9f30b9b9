# One container, everything in it: the pages are built in the first stage, the second has no compiler, no Node, no root.
FROM python:3.13.1-slim-bookworm AS build
# The compiler is for the fan-out (podium/relay/fanout.c); without it the relay does the same in Python, at twice the cost.
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY requirements.txt requirements-build.txt requirements-node.txt ./
RUN python -m venv /opt/podium \
 && /opt/podium/bin/pip install --no-cache-dir --require-hashes -r requirements.txt \
 && python -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements-build.txt \
 && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements-node.txt
COPY . .
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheel . \
 && /opt/podium/bin/pip install --no-cache-dir --no-deps /wheel/podium-*.whl

FROM python:3.13.1-slim-bookworm
RUN useradd --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin podium \
 && install -d -o podium -g podium -m 700 /data
COPY --from=build /opt/podium /opt/podium
ENV PATH=/opt/podium/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PODIUM_HOST=0.0.0.0 PODIUM_DATA=/data
USER 10001
VOLUME /data
EXPOSE 8080/tcp 8189-8192/udp 8189-8192/tcp
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
ENTRYPOINT ["podium"]
CMD ["serve"]
