"""A server on this machine that answers as the Hugging Face Hub does when files of a model are downloaded."""

import contextlib
import hashlib
import http.server
import pathlib
import threading

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@contextlib.contextmanager
def serving(models: dict[str, pathlib.Path]):
    """Serves {"user/name": folder}; yields its address and the list of the paths that were asked for."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer(with_content=True)

        def do_HEAD(self):
            self._answer(with_content=False)

        def _answer(self, with_content):
            asked.append(self.path)
            name, _, rest = self.path.strip("/").partition("/resolve/")
            revision, _, file = rest.partition("/")
            folder = models.get(name)
            known = revision in ("main", "v1", COMMIT)
            if folder is None or not known or not (folder / file).is_file():
                missing = "Repo" if folder is None else "Entry" if known else "Revision"
                self.send_response(404)
                self.send_header("X-Error-Code", f"{missing}NotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            content = (folder / file).read_bytes()
            self.send_response(200)
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{hashlib.sha1(content).hexdigest()}"')
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if with_content:
                self.wfile.write(content)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
