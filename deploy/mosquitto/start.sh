#!/bin/sh
# Runs the broker and tells it to read its accounts again whenever they changed.
set -eu
accounts=/mosquitto/accounts/passwords

until [ -f "$accounts" ]; do sleep 1; done

mosquitto -c /mosquitto/config/mosquitto.conf &
broker=$!
trap 'kill -TERM "$broker"; wait "$broker"; exit 0' TERM INT

seen=$(stat -c %Y.%i "$accounts")
while kill -0 "$broker" 2>/dev/null; do
  sleep 5 &
  wait $!
  now=$(stat -c %Y.%i "$accounts")
  if [ "$now" != "$seen" ]; then
    seen=$now
    kill -HUP "$broker"
  fi
done
wait "$broker"
