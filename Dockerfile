FROM python:3.13-slim-trixie

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 LC_ALL=C.UTF-8
# pg_dump and pg_restore, for `byline backup`: of PostgreSQL 17, as the server in docker-compose.yml.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-17 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --uid 10001 byline \
    && mkdir -p /srv/byline/var /backups && chown -R byline /srv/byline /backups
WORKDIR /srv/byline

COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE manage.py newsroom.toml ./
COPY service ./service
COPY worker ./worker
COPY templates ./templates
RUN pip install --no-cache-dir --no-deps --editable . && python -m compileall -q manage.py service worker

USER byline
VOLUME /srv/byline/var
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "service.wsgi:application"]
