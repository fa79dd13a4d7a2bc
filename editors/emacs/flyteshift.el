;;; flyteshift.el --- Flyte 1 to Flyte 2, by eglot  -*- lexical-binding: t; -*-

;; Put this into your init file, or load it from there. Needs `flyteshift' on `exec-path': pip install flyteshift.

;;; Code:

(require 'eglot)

(add-to-list 'eglot-server-programs '((python-mode python-ts-mode) . ("flyteshift" "server")))

(add-hook 'python-mode-hook #'eglot-ensure)
(add-hook 'python-ts-mode-hook #'eglot-ensure)

(defun flyteshift-migrate-workspace ()
  "Migrate every file of the project that can be to Flyte 2."
  (interactive)
  (let ((server (eglot--current-server-or-lose)))
    (jsonrpc-request server :workspace/executeCommand
                     '(:command "flyteshift.migrateWorkspace" :arguments []))))

(provide 'flyteshift)
;;; flyteshift.el ends here
