#!/bin/sh
# Print the path of a Python that Pressmark runs on, 3.11 or newer. A name on PATH may be a shim of a Python that is not
# there, so each one is tried.
for name in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        "$name" -c 'import sys; print(sys.executable)'
        exit 0
    fi
done
echo "Pressmark needs Python 3.11 or newer. On Debian 12 or newer and on Ubuntu: sudo apt install python3 python3-venv" >&2
exit 1
