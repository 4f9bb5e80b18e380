# Jalon's service. Build: docker build -t jalon .   Run beside PostgreSQL: see compose.yaml.
# The first stage has pip and the build back end; the second only Python, the installed packages and an ordinary user.

FROM python:3.11.14-slim-bookworm AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/jalon && python -m venv /opt/build
COPY requirements/run.txt requirements/build.txt requirements/
RUN /opt/jalon/bin/pip install --require-hashes -r requirements/run.txt \
    && /opt/build/bin/pip install --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY risk_models risk_models
COPY content content
COPY migrations migrations
COPY samples samples
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --no-index --wheel-dir /tmp/wheel . \
    && /opt/jalon/bin/pip install --no-deps --no-index /tmp/wheel/jalon-*.whl \
    && /opt/jalon/bin/pip uninstall --yes pip setuptools

FROM python:3.11.14-slim-bookworm
# Pango lays out the text of PDF plans.
RUN apt-get update && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 jalon \
    && useradd --system --uid 10001 --gid jalon --home-dir /var/lib/jalon --create-home --shell /usr/sbin/nologin jalon
COPY --from=build /opt/jalon /opt/jalon
ENV PATH=/opt/jalon/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 JALON_DATA_DIR=/var/lib/jalon
USER 10001:10001
WORKDIR /var/lib/jalon
VOLUME /var/lib/jalon
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["jalon"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
