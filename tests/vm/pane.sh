# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A terminal for tests, by tmux, with a shell in it. To be sourced, by tests on the host, too;
# PANE is the path of the socket by which it is reached.

pane() { tmux -S "$PANE" -f /dev/null "$@"; }

# open_terminal WIDTH HEIGHT
open_terminal() {
	pane new-session -d -x "$1" -y "$2" "PS1='\$ ' exec bash --norc --noprofile -i"
	pane set-option -g status off >/dev/null
	pane set-option -g window-size manual >/dev/null
	resize "$1" "$2"
}
close_terminal() { pane kill-server; }
resize() { pane resize-window -x "$1" -y "$2"; }

# press KEY...: names of keys, as Enter or C-c, and text that is none
press() { pane send-keys "$@"; }
type_line() {
	pane send-keys -l "$1"
	pane send-keys Enter
}

screen() { pane capture-pane -p | sed 's/ *$//'; }
shows() { screen | grep -qF -- "$1"; }
