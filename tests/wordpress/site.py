"""A real WordPress on loopback: Debian's package, with a MariaDB, php-fpm and nginx of its own under one folder."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent
SOURCE = Path("/usr/share/wordpress")
CONTENT = Path("/var/lib/wordpress/wp-content")
USER, PASSWORD = "editor-in-chief", "not a secret: loopback only"


class SiteError(RuntimeError):
    """A sentence for a person: what is so, and what to do."""


class WordPress:
    """One site. `start` and `install` it, use it, `stop` it: nothing is left running. Not for more than one thread."""

    url: str
    rest: httpx.Client
    """Speaks to /wp-json/wp/v2/; once installed, as an administrator, by application password."""

    def start(self, folder: Path) -> None:
        """Bring the servers up under `folder`, on a free port of loopback; about ten seconds on an empty folder."""
        self._programs = _find_programs()
        self._folder = folder.resolve()
        self.www = self._folder / "www"
        # Unix sockets have short names (107 bytes), and a folder for tests may have a long one.
        self._run = Path(tempfile.mkdtemp(prefix="wp-"))
        self._servers: list[subprocess.Popen[bytes]] = []
        self._constants: dict[str, str | bool] = {}
        self.url = f"http://127.0.0.1:{_free_port()}"
        self.rest = httpx.Client(base_url=f"{self.url}/wp-json/wp/v2/", timeout=60)
        try:
            self._copy()
            self._configure()
            self._start_servers()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the servers that `start` started; the files stay. May be called twice."""
        self.rest.close()
        for server in reversed(self._servers):
            server.terminate()
        for server in reversed(self._servers):
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        self._servers.clear()
        shutil.rmtree(self._run, ignore_errors=True)

    def install(self, title: str = "The Daily Test", timezone: str = "UTC") -> None:
        """Create the tables, one administrator and the key for `rest`."""
        key = self.php(
            INSTALL,
            {"title": title, "timezone": timezone, "user": USER, "password": PASSWORD},
            installing=True,
        )
        self.rest.auth = (USER, key)

    def install_plugin(self, path: Path, byline_url: str, secret: str, source: str = "wordpress") -> None:
        """Put one PHP file in mu-plugins and its constants in wp-config.php; again to change them."""
        folder = self.www / "wp-content" / "mu-plugins"
        folder.mkdir(exist_ok=True)
        shutil.copy(path, folder)
        self._constants |= {"BYLINE_URL": byline_url, "BYLINE_SECRET": secret, "BYLINE_SOURCE": source}
        self._configure()

    def create_post(self, **fields: Any) -> dict[str, Any]:
        """The post as REST answers it. `fields` as REST takes them; published unless `status` says otherwise."""
        return self._ask("POST", "posts", json={"title": "A post", "status": "publish", **fields})

    def update_post(self, post: int, **fields: Any) -> dict[str, Any]:
        return self._ask("POST", f"posts/{post}", json=fields)

    def unpublish(self, post: int) -> dict[str, Any]:
        return self.update_post(post, status="draft")

    def trash(self, post: int) -> dict[str, Any]:
        return self._ask("DELETE", f"posts/{post}")

    def delete(self, post: int) -> dict[str, Any]:
        """For good: out of the trash, or past it."""
        return self._ask("DELETE", f"posts/{post}", params={"force": True})

    def import_posts(self, posts: Sequence[Mapping[str, Any]]) -> list[int]:
        """Load many posts past REST, some hundred a second; the plugin keeps quiet, as for any importer.

        Keys: title, content, excerpt, slug, status, date_gmt ("2026-11-24 08:00:00"), password, guid, author (a
        display name), categories and tags (lists of names), meta (a dict). All but title may be left out.
        """
        created: list[int] = self.php(IMPORT, list(posts), importing=True)
        return created

    def feed(self) -> bytes:
        return httpx.get(f"{self.url}/feed/", timeout=60).raise_for_status().content

    def run_cron(self, later: int = 0) -> None:
        """Run what WP-Cron owes; with `later`, what it will owe in so many seconds. Visits never run it here."""
        self.php(HASTEN_CRON, {"later": later})
        self._run_php([str(self.www / "wp-cron.php")])

    def scheduled(self, hook: str) -> int:
        """How many events of this hook WP-Cron has before it."""
        count: int = self.php(COUNT_CRON, {"hook": hook})
        return count

    def settle(self) -> None:
        """Wait until PHP is idle: what runs after an answer has gone out (the plugin's notices) is over then."""

        def only_this_request() -> bool:
            status = httpx.get(f"{self.url}/fpm-status", params={"json": ""}, timeout=60).raise_for_status()
            return int(status.json()["active processes"]) == 1

        _wait_for(only_this_request, "PHP to be idle", seconds=60)

    def php(self, code: str, given: object = None, **constants: bool) -> Any:
        """Run PHP with WordPress loaded: it finds `$given`, and what it returns comes back (both by JSON).

        `installing=True` and `importing=True` set WP_INSTALLING and WP_IMPORTING.
        """
        defines = "".join(f"define('WP_{name.upper()}', {_php(value)});" for name, value in constants.items())
        script = f"""
            {defines}
            require {_php(str(self.www))} . '/wp-load.php';
            $given = json_decode(stream_get_contents(STDIN), true);
            $answer = (function () use ($given) {{ {code} }})();
            echo "\\n", json_encode($answer), "\\n";
        """
        return json.loads(self._run_php(["-r", script], json.dumps(given)).rstrip().rpartition("\n")[2])

    def log(self) -> str:
        """What PHP complained of so far."""
        log = self._folder / "php.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def _run_php(self, arguments: list[str], given: str = "") -> str:
        return _run_once([self._programs["php"], "-c", str(self._folder / "php.ini"), *arguments], given)

    def _ask(self, method: str, path: str, **rest: Any) -> dict[str, Any]:
        answer = self.rest.request(method, path, **rest)
        if answer.is_error:
            raise SiteError(f"WordPress refused {method} {path} with {answer.status_code}: {answer.text[:300]}")
        found: dict[str, Any] = answer.json()
        return found

    def _copy(self) -> None:
        """A copy, not links: PHP resolves links, and would then find Debian's wp-config.php."""
        if self.www.exists():
            return
        (self._folder / "tmp").mkdir(parents=True)
        for source, target in ((SOURCE, self.www), (CONTENT, self.www / "wp-content")):
            shutil.copytree(source, target, ignore_dangling_symlinks=True, dirs_exist_ok=True)

    def _configure(self) -> None:
        constants: dict[str, str | bool] = {
            "DB_NAME": "wordpress",
            "DB_USER": "root",
            "DB_PASSWORD": "",
            "DB_HOST": f"localhost:{self._run}/db",
            "DB_CHARSET": "utf8mb4",
            "WP_HOME": self.url,
            "WP_SITEURL": self.url,
            **{f"{name}_{kind}": f"{name} {kind} of a test" for name in SALTED for kind in ("KEY", "SALT")},
            # Application passwords without https.
            "WP_ENVIRONMENT_TYPE": "local",
            # Nothing leaves the machine, and nothing happens by itself.
            "WP_HTTP_BLOCK_EXTERNAL": True,
            "WP_ACCESSIBLE_HOSTS": "127.0.0.1,localhost",
            "DISABLE_WP_CRON": True,
            "AUTOMATIC_UPDATER_DISABLED": True,
            "WP_DEBUG": True,
            "WP_DEBUG_DISPLAY": False,
            "WP_DEBUG_LOG": str(self._folder / "php.log"),
            **self._constants,
        }
        defines = "".join(f"define({_php(name)}, {_php(value)});\n" for name, value in constants.items())
        (self.www / "wp-config.php").write_text(WP_CONFIG.replace("DEFINES", defines))

    def _start_servers(self) -> None:
        folder, run, programs = self._folder, self._run, self._programs
        root = os.geteuid() == 0
        words = {
            "FOLDER": folder,
            "RUN": run,
            "PORT": self.url.rpartition(":")[2],
            "USER": "user root;" * root,
        }
        for name, text in (("php.ini", PHP_INI), ("fpm.conf", FPM_CONF), ("nginx.conf", NGINX_CONF)):
            (folder / name).write_text(_filled(text, words))
        (folder / "create.sql").write_text("CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4;\n")
        # A starting MariaDB clears its tmpdir: two sites at once must not share /tmp.
        database = [f"--datadir={folder}/db", f"--tmpdir={folder}/tmp", *(["--user=root"] if root else [])]
        if not (folder / "db" / "mysql").exists():
            login = "--auth-root-authentication-method=normal"
            _run_once([programs["mariadb-install-db"], "--no-defaults", *database, login, "--skip-test-db"])
        # A test's database may be lost with the machine: nothing is flushed.
        quick = ["--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0"]
        private = ["--skip-networking", f"--socket={run}/db", f"--pid-file={run}/db.pid"]
        init = f"--init-file={folder}/create.sql"
        self._serve("db", [programs["mariadbd"], "--no-defaults", *database, *private, *quick, init])
        fpm = [programs["php-fpm"], "--nodaemonize", "-y", f"{folder}/fpm.conf", "-c", f"{folder}/php.ini"]
        self._serve("fpm", [*fpm, *(["-R"] if root else [])])
        self._serve("nginx", [programs["nginx"], "-c", f"{folder}/nginx.conf", "-e", f"{folder}/nginx.log"])
        self._await("db", lambda: _answers(run / "db", greets=True))
        self._await("fpm", lambda: _answers(run / "fpm"))
        self._await("nginx", lambda: httpx.get(f"{self.url}/fpm-status").is_success)

    def _serve(self, name: str, command: list[str]) -> None:
        """Start a server in a session of its own, so that Ctrl-C reaches only the test run, which then stops it.

        Should the test run be killed, the kernel ends the server (setpriv --pdeathsig).
        """
        with (self._folder / f"{name}.out").open("wb") as out:
            self._servers.append(
                subprocess.Popen(
                    [self._programs["setpriv"], "--pdeathsig", "TERM", *command],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )

    def _await(self, name: str, ready: Callable[[], bool]) -> None:
        def up() -> bool:
            if any(server.poll() is not None for server in self._servers):
                raise SiteError(f"A server of WordPress ended at once, see {self._folder}/*.out: {self._last_words()}")
            try:
                return ready()
            except (OSError, httpx.TransportError):
                return False

        _wait_for(up, f"{name} to answer (see {self._folder}/{name}.out)", seconds=45)

    def _last_words(self) -> str:
        return " / ".join(line for out in self._folder.glob("*.out") for line in out.read_text().splitlines()[-2:])


def _find_programs() -> dict[str, str]:
    """Where each program lies; php-fpm has its version in its name, and php must be of the same version."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])
    found = {name: shutil.which(name, path=path) for name in ("mariadbd", "mariadb-install-db", "nginx", "setpriv")}
    versions = sorted(Path("/usr/sbin").glob("php-fpm[0-9]*"))
    found["php-fpm"] = str(versions[-1]) if versions else None
    found["php"] = shutil.which("php" + (versions[-1].name.removeprefix("php-fpm") if versions else ""), path=path)
    found[str(SOURCE)] = str(SOURCE) if (SOURCE / "wp-settings.php").exists() else None
    missing = [name for name, place in found.items() if place is None]
    if missing:
        lines = (HERE / "packages.txt").read_text().splitlines()
        packages = " ".join(line for line in lines if line and not line.startswith("#"))
        raise SiteError(
            f"WordPress needs {', '.join(missing)}. Install as root: "
            f"apt-get install -y --no-install-recommends {packages}"
        )
    return {name: place for name, place in found.items() if place}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _answers(place: Path, greets: bool = False) -> bool:
    """Does somebody listen on this socket? MariaDB greets, and does so only when it is ready."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(20)
        client.connect(str(place))
        return not greets or bool(client.recv(1))


def _wait_for(reached: Callable[[], bool], what: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            raise SiteError(f"Waited {seconds:.0f} s in vain for {what}.")
        time.sleep(0.02)


def _run_once(command: list[str], given: str = "") -> str:
    """What the command wrote to its standard output."""
    done = subprocess.run(command, input=given, capture_output=True, text=True)
    if done.returncode:
        raise SiteError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout


def _filled(text: str, words: Mapping[str, object]) -> str:
    for word, value in words.items():
        text = text.replace(f"@{word}@", str(value))
    return text


def _php(value: str | bool) -> str:
    """A PHP literal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


SALTED = ("AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE")

WP_CONFIG = """<?php
DEFINES
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

# A plugin may be replaced between two requests: PHP looks at the files each time. Mail goes nowhere.
PHP_INI = """
memory_limit = 256M
opcache.enable = 1
opcache.revalidate_freq = 0
display_errors = 0
log_errors = 1
error_log = @FOLDER@/php.log
sendmail_path = /bin/true
upload_tmp_dir = @FOLDER@/tmp
sys_temp_dir = @FOLDER@/tmp
upload_max_filesize = 64M
post_max_size = 64M
"""

FPM_CONF = """
[global]
error_log = @FOLDER@/fpm.log
[www]
user = root
group = root
listen = @RUN@/fpm
pm = static
pm.max_children = 4
pm.status_path = /fpm-status
"""

NGINX_CONF = """
@USER@
daemon off;
worker_processes 1;
pid @RUN@/nginx.pid;
error_log @FOLDER@/nginx.log;
events { worker_connections 256; }
http {
    access_log off;
    include /etc/nginx/mime.types;
    client_max_body_size 64m;
    client_body_temp_path @FOLDER@/tmp/body;
    proxy_temp_path @FOLDER@/tmp/proxy;
    fastcgi_temp_path @FOLDER@/tmp/fastcgi;
    uwsgi_temp_path @FOLDER@/tmp/uwsgi;
    scgi_temp_path @FOLDER@/tmp/scgi;
    server {
        listen 127.0.0.1:@PORT@;
        root @FOLDER@/www;
        index index.php;
        include /etc/nginx/fastcgi_params;
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
        fastcgi_param HTTP_HOST $http_host;
        fastcgi_buffers 64 16k;
        location / { try_files $uri $uri/ /index.php?$args; }
        location = /fpm-status { fastcgi_pass unix:@RUN@/fpm; }
        location ~ \\.php$ { try_files $uri =404; fastcgi_pass unix:@RUN@/fpm; }
    }
}
"""

INSTALL = r"""
    require_once ABSPATH . 'wp-admin/includes/upgrade.php';
    if (!is_blog_installed()) {
        wp_install($given['title'], $given['user'], 'editor@example.com', true, '', $given['password']);
        wp_delete_post(1, true); // Hello world!
        update_option('timezone_string', $given['timezone']);
        update_option('permalink_structure', '/%postname%/');
    }
    $key = WP_Application_Passwords::create_new_application_password(
        get_user_by('login', $given['user'])->ID,
        ['name' => 'tests ' . wp_generate_uuid4()]
    );
    return $key[0];
"""

# One transaction and no counting until the end: that is where the time goes.
IMPORT = r"""
    require_once ABSPATH . 'wp-admin/includes/taxonomy.php';
    global $wpdb;
    kses_remove_filters();
    wp_defer_term_counting(true);
    $wpdb->query('START TRANSACTION');
    $authors = [];
    $author = function (string $name) use (&$authors) {
        $login = sanitize_user(sanitize_title($name), true);
        $user = get_user_by('login', $login);
        return $authors[$name] ??= $user ? $user->ID : wp_insert_user([
            'user_login' => $login, 'user_pass' => 'none', 'display_name' => $name, 'role' => 'author',
        ]);
    };
    $created = [];
    foreach ($given as $post) {
        $id = wp_insert_post(wp_slash([
            'post_title' => $post['title'],
            'post_content' => $post['content'] ?? '',
            'post_excerpt' => $post['excerpt'] ?? '',
            'post_name' => $post['slug'] ?? '',
            'post_status' => $post['status'] ?? 'publish',
            'post_password' => $post['password'] ?? '',
            'post_author' => isset($post['author']) ? $author($post['author']) : 1,
            'post_date' => isset($post['date_gmt']) ? get_date_from_gmt($post['date_gmt']) : '',
            'post_date_gmt' => $post['date_gmt'] ?? '',
            'post_category' => array_map('wp_create_category', $post['categories'] ?? []),
            'tags_input' => $post['tags'] ?? [],
            'meta_input' => $post['meta'] ?? [],
        ] + (isset($post['guid']) ? ['guid' => $post['guid']] : [])), true);
        if (is_wp_error($id)) {
            throw new Exception($post['title'] . ': ' . $id->get_error_message());
        }
        $created[] = $id;
    }
    $wpdb->query('COMMIT');
    wp_defer_term_counting(false);
    return $created;
"""

HASTEN_CRON = r"""
    $cron = [];
    foreach (_get_cron_array() as $time => $hooks) {
        $cron[$time - $given['later']] = $hooks;
    }
    _set_cron_array($cron);
"""

COUNT_CRON = r"""
    return array_sum(array_map(fn ($hooks) => count($hooks[$given['hook']] ?? []), _get_cron_array() ?: []));
"""
