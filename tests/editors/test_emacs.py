"""The configuration for Emacs' eglot, loaded as a user would, in a batch Emacs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.editors.programs import ROOT, program
from tests.editors.test_neovim import home

pytestmark = [pytest.mark.editor, pytest.mark.timeout(200)]

DRIVE = """\
(require 'json)
(require 'flymake)
(load (getenv "FLYTESHIFT_EL"))
(setq eglot-confirm-server-initiated-edits nil eglot-sync-connect 30 eglot-autoshutdown t eldoc-idle-delay 0)

(defun wait-for (true)
  (let ((end (+ (float-time) 60)) (value nil))
    (while (and (not (setq value (funcall true))) (< (float-time) end))
      (accept-process-output nil 0.1)
      (when flymake-mode (flymake-start)))
    value))

(find-file "orders.py")
(run-hooks 'post-command-hook)  ; where `eglot-ensure' starts; a batch Emacs has no commands
(wait-for (lambda () (eglot-current-server)))
(wait-for (lambda () (flymake-diagnostics)))
(let* ((texts (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))
       (mine (lambda () (buffer-substring-no-properties (point-min) (point-max))))
       (hover nil) (titles nil) (migrated nil))
  (goto-char (point-min))
  (search-forward "@workflow")
  (backward-char 2)
  (let ((answer (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
    (setq hover (eglot--hover-info (plist-get answer :contents) (plist-get answer :range))))
  (let ((actions (eglot-code-actions (point) (point) nil nil)))
    (setq titles (mapcar (lambda (each) (plist-get each :title)) (append actions nil)))
    (let ((action (seq-find (lambda (each) (equal (plist-get each :kind) "refactor.rewrite")) actions)))
      (let ((edit (or (plist-get action :edit)
                      (plist-get (jsonrpc-request (eglot-current-server) :codeAction/resolve action) :edit))))
        (eglot--apply-workspace-edit edit nil))))
  (setq migrated (wait-for (lambda () (not (string-match-p "flytekit" (funcall mine))))))
  (save-buffer)
  (with-temp-file "out.json"
    (insert (json-encode `((texts . ,(vconcat texts)) (hover . ,(substring-no-properties (or hover "")))
                           (titles . ,(vconcat titles)) (migrated . ,(if migrated t :json-false)))))))
(kill-emacs 0)
"""


def test_the_configuration_works_as_it_is_shipped(tmp_path: Path, sample: Path) -> None:
    emacs = program("emacs", "apt-get install emacs-nox elpa-eglot")
    (tmp_path / "drive.el").write_text(DRIVE, "utf-8")
    environment = home(tmp_path, FLYTESHIFT_EL=str(ROOT / "editors" / "emacs" / "flyteshift.el"))
    command = [emacs, "--batch", "--eval", "(package-initialize)", "-l", str(tmp_path / "drive.el")]
    ended = subprocess.run(command, cwd=sample, env=environment, capture_output=True, timeout=180, check=False)
    assert (sample / "out.json").exists(), ended.stderr.decode()[-3000:]
    seen: dict[str, Any] = json.loads((sample / "out.json").read_text("utf-8"))
    assert any("`workflow` is Flyte 1" in each for each in seen["texts"])
    assert "flyte.TaskEnvironment" in seen["hover"]
    assert "Migrate this module to Flyte 2" in seen["titles"]
    assert seen["migrated"]
    saved = (sample / "orders.py").read_text("utf-8")
    assert "import flyte\n" in saved and "flytekit" not in saved
    compile(saved, "orders.py", "exec")
