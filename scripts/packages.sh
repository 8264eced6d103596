# Sourced by the other scripts: installs Debian packages that a step needs and the machine lacks.

# install_packages PACKAGE...
install_packages() {
  echo "installing: $*"
  local root=()
  if [[ $EUID -ne 0 ]]; then
    root=(sudo --non-interactive)
  fi
  if ! command -v apt-get >/dev/null || { [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; }; then
    echo "cannot install $* here: please install it and run this again" >&2
    return 1
  fi
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# need COMMAND PACKAGE: installs PACKAGE when COMMAND is not there.
need() {
  command -v "$1" >/dev/null || install_packages "$2"
}

# need_postgresql: server programs, which Debian does not put on PATH.
need_postgresql() {
  command -v initdb >/dev/null && return
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return
  install_packages postgresql
}
