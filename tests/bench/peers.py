"""peers.py -- the servers that are measured, and their settings

Each is configured to be fast, as its own manual recommends: two workers, no log
(except for the workload that has one), no limit on requests per connection,
bodies by sendfile if it can. Other settings are left at their defaults on
purpose. README.md explains why this is fair.
"""

import contextlib
import dataclasses
import os
import shutil
import signal
import socket
import subprocess

import measure

WORKERS = 2
DESCRIPTORS = 20000

# open_file_cache saves nginx an open, a stat and a close for each request, and
# has it serve an edited file as it was for up to open_file_cache_valid: 60 s by
# default. It is left on, to nginx's advantage. So is the buffer before its log.
# reuseport spares its workers to contend for connections.
NGINX = """\
daemon off;
worker_processes {workers};
worker_rlimit_nofile {descriptors};
error_log {folder}/error.log crit;
pid {folder}/pid;
events {{ worker_connections {slots}; }}
http {{
    types {{ application/octet-stream bin; text/javascript js; }}
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 75s;
    keepalive_requests 1000000000;
    open_file_cache max=20000 inactive=60s;
    access_log {nginx_log};
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} reuseport backlog=4096;
        root {root};
        location /coded/ {{ gzip_static on; }}
        autoindex on;
    }}
}}
"""

# Its stat cache trusts a file for a second or two (the default). It sends by
# sendfile and waits by epoll unless told otherwise. Its log is buffered.
LIGHTTPD = """\
server.modules = ({lighttpd_module})
server.document-root = "{root}"
server.bind = "127.0.0.1"
server.port = {port}
server.listen-backlog = 4096
server.max-worker = {workers}
server.max-fds = {descriptors}
server.max-connections = {slots}
server.max-keep-alive-requests = 1000000000
server.max-keep-alive-idle = 75
server.errorlog = "{folder}/error.log"
dir-listing.activate = "enable"
mimetype.assign = (".bin" => "application/octet-stream")
{lighttpd_log}
"""

# It keeps files open for the requests of one turn of its loop, as we do.
H2O = """\
num-threads: {workers}
max-connections: {descriptors}
http1-request-timeout: 75
pid-file: {folder}/pid
error-log: {folder}/error.log
listen:
  host: 127.0.0.1
  port: {port}
hosts:
  default:
    paths:
      /:
        file.dir: {root}
        file.dirlisting: ON
      /coded:
        file.dir: {root}/coded
        file.send-compressed: ON
{h2o_log}
"""

# Without its administration, HTTPS and HTTP/2: the same work as the others'.
CADDY = """\
{{
    admin off
    auto_https off
    servers {{
        protocols h1
    }}
}}
http://127.0.0.1:{port} {{
    bind 127.0.0.1
    root * {root}
    file_server /coded/* {{
        precompressed br gzip
    }}
    file_server browse
    {caddy_log}
}}
"""


@dataclasses.dataclass
class Place:
    """What a server serves, and how much."""

    root: str
    folder: str  # to write to
    server: str  # our programs
    bare_loop: str
    crowd: str
    before: str = None  # another build of the server
    logs: bool = False
    connections: int = 64
    workers: int = WORKERS
    bare: tuple = ()  # arguments of the bare loop


def settings(place, port):
    """The values for the braces in the settings above."""
    log = os.path.join(place.folder, "access.log") if place.logs else None
    return {
        "root": place.root, "folder": place.folder, "port": port,
        "workers": place.workers, "descriptors": DESCRIPTORS,
        # nginx and lighttpd set memory aside for each, so no more than needed.
        "slots": DESCRIPTORS if place.connections > 1000 else 1024,
        "nginx_log": f"{log} combined buffer=64k flush=1s" if log else "off",
        "lighttpd_module": '"mod_accesslog"' if log else "",
        "lighttpd_log": f'accesslog.filename = "{log}"' if log else "",
        "h2o_log": f"access-log: {log}" if log else "",
        "caddy_log": f"log {{\n output file {log}\n }}" if log else "",
    }


def with_file(text, *command):
    """Starts a server whose settings are in a file, {file} in the command."""
    def start(place, port):
        path = os.path.join(place.folder, "settings")
        with open(path, "w", encoding="ascii") as file:
            file.write(text.format(**settings(place, port)))
        return [word.replace("{file}", path) for word in command]
    return start


def soquete(program, place, port):
    log = (["--access-log", "combined", "--access-log-file",
            os.path.join(place.folder, "access.log")] if place.logs else
           ["--access-log", "off"])
    # By default it keeps half of the descriptors for files.
    most = ["--max-connections", "16000"] if place.connections > 5000 else []
    return [program, "--quiet", "--workers", str(place.workers), *log, *most,
            "--listen", f"127.0.0.1:{port}", place.root]


def start_soquete(place, port):
    return soquete(place.server, place, port)


def start_before(place, port):
    return soquete(place.before, place, port)


def start_bare(place, port):
    """A file's name is relative to the root, as for the others."""
    arguments = [place.root + each if str(each).startswith("/") else str(each)
                 for each in place.bare]
    return [place.bare_loop, str(port), str(place.workers), *arguments]


@dataclasses.dataclass
class Peer:
    name: str
    letter: str  # in the plot
    title: str
    command: callable  # of a place and a port
    program: str = None  # of the system; None where we built it
    version: tuple = ()

    def is_there(self):
        return self.program is None or shutil.which(self.program, path=search_path())

    def version_line(self):
        told = subprocess.run([self.program, *self.version], capture_output=True, text=True,
                              check=False, env=environment())
        return (told.stdout + told.stderr).strip().splitlines()[0]


PEERS = [
    Peer("soquete", "S", "Soquete", start_soquete),
    Peer("nginx", "N", "nginx", with_file(NGINX, "nginx", "-c", "{file}"), "nginx", ("-v",)),
    Peer("lighttpd", "L", "lighttpd", with_file(LIGHTTPD, "lighttpd", "-D", "-f", "{file}"),
         "lighttpd", ("-v",)),
    Peer("h2o", "H", "h2o", with_file(H2O, "h2o", "-c", "{file}"), "h2o", ("-v",)),
    Peer("caddy", "C", "Caddy", with_file(CADDY, "caddy", "run", "--adapter", "caddyfile",
                                          "--config", "{file}"), "caddy", ("version",)),
    Peer("bare", "B", "bare loop", start_bare),
]

BEFORE = Peer("before", "b", "Soquete before", start_before)  # only where one is given


def search_path():
    return os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"


def environment(folder="/nonexistent"):
    """Caddy uses as many processors as the others have workers, and writes nothing to
    the user's home."""
    plain = {key: value for key, value in os.environ.items()
             if not key.startswith("SOQUETE_")}
    return {**plain, "PATH": search_path(), "GOMAXPROCS": str(WORKERS), "HOME": folder,
            "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running peer, on a port of its own."""

    def __init__(self, peer, place):
        self.peer, self.place, self.port = peer, place, free_port()
        self.output = os.path.join(place.folder, "output")
        with open(self.output, "wb") as output:
            # A session of its own: some end their whole process group.
            self.process = subprocess.Popen(
                peer.command(place, self.port), stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, env=environment(place.folder), start_new_session=True)
        self.pid = self.process.pid
        try:
            measure.wait_until(self.is_listening, f"{peer.name} to listen")
        except measure.BenchError:
            self.stop()
            raise

    def is_listening(self):
        if self.process.poll() is not None:
            raise measure.BenchError(
                f"{self.peer.name} ended by itself:\n{measure.read_text(self.output)}")
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
            return True
        except ConnectionRefusedError:
            return False

    def host(self):
        return f"127.0.0.1:{self.port}"

    def stop(self):
        """Kills the server and its whole session: a parent would restart a child, and
        children outlive their parent."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()
