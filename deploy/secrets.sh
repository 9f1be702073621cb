#!/bin/sh
# Make the passwords of docker-compose.yml, once: deploy/secrets.sh [FOLDER], deploy/secrets unless
# said. Files that are there stay as they are, so that it can be run again.
#
# The folder is its owner's alone. The files in it can be read by all, since they are mounted into
# containers whose users are not known here; nobody else gets into the folder.
set -eu
umask 022

folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

random() { od -An -N 32 -tx1 /dev/urandom | tr -d ' \n'; }

# made NAME CONTENT: a file that appears whole, and never over one that is there.
made() {
    [ -e "$1" ] && return
    printf '%s\n' "$2" >".$1.new"
    ln ".$1.new" "$1"
    rm ".$1.new"
    echo "made $folder/$1"
}

made rabbitmq_password "$(random)"
made postgres_password "$(random)"
made grafana_password "$(random)"
made erlang_cookie "$(random)"

rabbitmq=$(cat rabbitmq_password)
made rabbitmq_user.conf "default_user = pintu
default_pass = $rabbitmq"
made amqp_url "amqp://pintu:$rabbitmq@rabbitmq:5672/"
made amqp_url_cluster "amqp://pintu:$rabbitmq@rabbitmq:5672,rabbitmq-2:5672,rabbitmq-3:5672/"
# Without TLS: the network between the two is these containers' alone.
made database_url "postgresql://pintu:$(cat postgres_password)@postgres:5432/pintu?sslmode=disable"
# Yours goes in its place: smtps://user:password@mail.example.go.id
made smtp_url "smtps://mail.example.invalid"
