"""Files about something else are refused: an `image`, an `ingress` or a `redis` has every chart and every Compose file.

The files have the keys of well-known charts; every value is made up here.
"""

from pathlib import Path

import pytest

from aeterna_nb.imports import ImportRefused, configuration_files, read_files

CHARTS = {
    "grafana": """
        replicas: 1
        image: {registry: docker.io, repository: grafana/grafana, tag: main}
        adminUser: root
        adminPassword: canary-41
        ingress: {enabled: true, ingressClassName: nginx, hosts: [board.acme.test], path: /}
        persistence: {type: pvc, enabled: true, size: 3Gi, storageClassName: disk}
        serviceMonitor: {enabled: true, interval: 25s}
        sidecar: {dashboards: {enabled: true, label: boards}}
        grafana.ini: {server: {domain: board.acme.test}, database: {type: postgres, host: "pg.acme.test:5432"}}
    """,
    "ingress-nginx": """
        controller:
          image: {registry: registry.acme.test, image: controller, tag: v1.2.3}
          replicaCount: 3
          autoscaling: {enabled: true, minReplicas: 2, maxReplicas: 5}
          service: {annotations: {"load-balancer.acme.test/kind": internal}}
          metrics: {enabled: true, serviceMonitor: {enabled: true}}
        defaultBackend: {enabled: false}
        rbac: {create: true}
        serviceAccount: {create: true, name: front}
    """,
    "postgresql": """
        global: {imageRegistry: registry.acme.test, storageClass: fast, postgresql: {auth: {database: shop}}}
        image: {registry: registry.acme.test, repository: acme/postgresql, tag: 16.1.0}
        architecture: replication
        auth: {username: shop, password: canary-42, database: shop}
        primary: {persistence: {size: 9Gi}, resources: {requests: {cpu: 200m}}}
        metrics: {enabled: true, serviceMonitor: {enabled: true}}
        networkPolicy: {enabled: true}
        backup: {enabled: true, cronjob: {schedule: "1 1 * * *"}}
    """,
    "argo-cd": """
        global: {domain: deploy.acme.test, logging: {level: debug, format: json}}
        configs: {params: {server.insecure: true}, secret: {argocdServerAdminPassword: canary-43}}
        controller: {replicas: 1}
        redis: {enabled: true, image: {tag: "7"}}
        redis-ha: {enabled: false}
        server: {replicas: 2, ingress: {enabled: true, hostname: deploy.acme.test}, autoscaling: {enabled: true}}
        repoServer: {replicas: 2}
        externalRedis: {host: "", password: ""}
    """,
    "keycloak": """
        auth: {adminUser: root, adminPassword: canary-44}
        production: true
        replicaCount: 2
        ingress: {enabled: true, hostname: login.acme.test, tls: true, annotations: {a.acme.test/b: c}}
        cache: {enabled: true, stack: kubernetes}
        postgresql: {enabled: false, auth: {username: kc, database: kc}}
        externalDatabase: {host: pg.acme.test, port: 5432, user: kc, database: kc, password: canary-45}
        logging: {output: default, level: INFO}
        pdb: {create: true, minAvailable: 1}
    """,
    "loki": """
        deploymentMode: SingleBinary
        loki: {auth_enabled: false, storage: {type: filesystem}}
        singleBinary: {replicas: 1, persistence: {size: 8Gi}}
        ingress: {enabled: true, hosts: [logs.acme.test]}
    """,
    "opentelemetry-collector": """
        mode: daemonset
        image: {repository: otel/collector, tag: main}
        replicaCount: 2
        ingress: {enabled: true, hosts: [{host: otel.acme.test, paths: [{path: /}]}]}
        serviceMonitor: {enabled: true}
    """,
    "a cache of a type": """
        cache: {type: external, host: cache.acme.test}
        image: {tag: v1}
    """,
    "a switch of the same name": """
        features: {rlm: true, checkout: true}
        image: {tag: main}
    """,
    "an application": """
        image: {tag: main}
        ingress: {enabled: true, host: shop.acme.test}
        replicaCount: 4
        resources: {requests: {cpu: 1}}
        postgresql: {external: {host: pg.acme.test, port: 5432, database: shop, user: shop}}
        tracing: {enabled: true, endpoint: "http://traces.acme.test:4317"}
    """,
}
COMPOSE = {
    "a blog": """
        services:
          web: {image: "blog:2", environment: {DB_HOST: db, REDIS_HOST: redis}, ports: ["80:80"], depends_on: [db]}
          db: {image: "postgres:17", environment: {POSTGRES_PASSWORD: canary-46}}
          redis: {image: "redis:7"}
        volumes: {data: {}}
    """,
    "environment as a list": """
        services:
          qdrant: {image: "qdrant/qdrant:v1"}
          app: {image: shop, environment: ["QDRANT_URL=http://qdrant:6334", "OPENAI_API_KEY=canary-47"]}
    """,
    "nothing runs": "services: {}\n",
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(pytest.param("values.yaml", text, id=name) for name, text in CHARTS.items()),
        *(pytest.param("docker-compose.yaml", text, id=name) for name, text in COMPOSE.items()),
        pytest.param("pyproject.toml", '[project]\nname = "shop"\nversion = "1"\n', id="a project"),
        pytest.param("setup.yaml", "server: {host: shop.acme.test}\nlog: {level: debug}\n", id="settings"),
    ],
)
def test_a_file_about_something_else_is_refused_with_what_was_looked_for(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_files({name: text})
    assert str(refused.value).startswith(f"{name} is about something else")
    assert "`vector.backend`" in str(refused.value)
    assert "acme" not in str(refused.value)
    assert "canary" not in str(refused.value)
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert configuration_files(tmp_path) == []


def test_values_of_another_chart_are_refused_beside_ours_too() -> None:
    with pytest.raises(ImportRefused, match=r"^grafana\.yaml is about something else"):
        read_files({"values.yaml": "mode: local\n", "grafana.yaml": CHARTS["grafana"]})


def test_a_file_laid_over_ours_may_hold_what_every_chart_has() -> None:
    imported = read_files({"values.yaml": "mode: local\n", "more.yaml": "replicaCount: 5\n"})
    assert imported.values["replicas"] == 5


def test_our_compose_file_without_its_choices_leaves_them_open() -> None:
    text = """
        services:
          aeterna:
            image: ghcr.io/kikokikok/aeterna:v0.8.0-rc.9
            environment: {RUST_LOG: debug}
    """
    found = {"target": "docker-compose", "server_version": "v0.8.0-rc.9", "log_level": "debug"}
    assert read_files({"docker-compose.yaml": text}).values == found
