#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion in bash, zsh and fish, each as it is when somebody presses Tab, with the daemon on a
# private bus.
#
# Environment: see daemon.sh. Says TAP.
set -euo pipefail
# shellcheck source=tests/unit/daemon.sh
. "$(dirname "$0")/daemon.sh"

for tool in script zsh fish; do
	if ! type -P "$tool" >/dev/null; then
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	fi
done

lines=$work/lines		# to complete, one a line
answers=$work/answers		# what came of them, one a line
bin=$work/bin
files=$work/files
mkdir "$bin" "$files" "$files/one" "$files/other" "$work/zsh" "$work/home"
ln -s "$(realpath "$SMCCTL")" "$bin/smcctl"
ln -s /bin/true "$bin/unlikely-program"

# Keys that insert all completions, and that write the line into a file.
cat >"$work/bashrc" <<RC
PATH=$bin:\$PATH
[ ! -e /usr/share/bash-completion/bash_completion ] ||
	. /usr/share/bash-completion/bash_completion
. '$(realpath "$CONF/smcctl.bash")'
answer() { printf '%s\n' "\$READLINE_LINE" >>'$answers'; READLINE_LINE='' READLINE_POINT=0; }
bind '"\C-t": insert-completions'
bind -x '"\C-o": answer'
RC
cp "$CONF/smcctl.zsh" "$work/zsh/_smcctl"
cat >"$work/zsh/.zshrc" <<RC
PATH=$bin:\$PATH
fpath=('$work/zsh' \$fpath)
autoload -Uz compinit
compinit -u -D
zstyle ':completion:*' completer _all_matches _complete
zstyle ':completion:*' insert true
answer() { print -r -- "\$BUFFER" >>'$answers'; BUFFER= }
zle -N answer
bindkey '^T' complete-word
bindkey '^O' answer
RC

# Has a shell on a terminal complete all lines.
type_lines() { # COMMAND
	: >"$answers"
	{
		while IFS= read -r line; do printf '%s\024\017' "$line"; done <"$lines"
		echo exit
	} >"$work/keys"
	timeout 60 script -qec "$1" /dev/null <"$work/keys" >"$work/log" 2>&1
}

in_bash() { type_lines "bash --noprofile --rcfile '$work/bashrc' -i"; }
in_zsh() { ZDOTDIR=$work/zsh type_lines "zsh -d -i"; }

# It tells what it would show, without a terminal.
in_fish() {
	local line
	: >"$answers"
	while IFS= read -r line; do
		printf '%s%s\n' "${line%"${line##* }"}" "$(complete_in_fish "$line" | tr '\n' ' ')"
	done <"$lines" >"$answers" 2>"$work/log"
}
complete_in_fish() { # LINE
	HOME=$work/home PATH=$bin:$PATH fish -c "source '$CONF/smcctl.fish'; complete -C '$1'" |
		cut -f 1
}

# The words that were inserted for a line, in order, without what stands before them.
words_of() { # ANSWER LINE
	local head=${2%"${2##* }"} word words=()
	for word in ${1#"$head"}; do
		words+=("${word%/}")
	done
	[ ${#words[@]} = 0 ] || printf '%s\n' "${words[@]}" | sort | tr '\n' ' '
}

# With "--busy=" in one word, shells differ in how often they insert it.
check_shell() { # NAME
	local line expected answer shown
	"in_$1"
	while IFS= read -r line <&3 && IFS= read -r expected <&4; do
		IFS= read -r answer <&5 || answer=none
		shown=$(words_of "$answer" "$line")
		shown=${shown//--busy=/} shown=${shown//--root=/}
		is "$1: ${line//$work/}" "$shown" "$expected"
	done 3<"$lines" 4<"$work/expected" 5<"$answers"
}

ask() { # LINE EXPECTED...
	local line=$1
	shift
	echo "$line" >>"$lines"
	printf '%s\n' "$@" | sort | tr '\n' ' '
	echo
}

# Whatever verbs there are: those that smcctl itself tells, of which test-verbs misses none
ask_all() {
	local object
	# shellcheck disable=SC2046 # words
	ask "smcctl " $("$SMCCTL" --complete '' | cut -f 1)
	for object in $("$SMCCTL" --complete '' | cut -f 1); do
		"$SMCCTL" --complete "$object" '' | grep -qv $'^\t' || continue
		# shellcheck disable=SC2046 # words
		ask "smcctl $object " $("$SMCCTL" --complete "$object" '' | cut -f 1)
	done
}

questions() {
	ask_all
	ask "smcctl device prio" priority
	ask "smcctl device down " loopback0 ism0 a:b
	ask "smcctl device show a:" a:b
	ask "smcctl device create new --kind ism-" ism-emu
	ask "smcctl pnet delete N" NET17
	ask "smcctl device show -- is" ism0
	ask "smcctl device show --js" --json
	ask "smcctl --json device show lo" loopback0
	ask "smcctl linkgroup list -o PE" PEER PEER-GID
	ask "smcctl linkgroup list -o ID,PE" ID,PEER ID,PEER-GID
	ask "smcctl apply --conf" --confirm
	ask "X=1 smcctl apply --conf" --confirm
	ask "nice smcctl apply --conf" --confirm
	ask "true | smcctl apply --conf" --confirm
	ask "smcctl apply --busy " defer refuse force
	ask "smcctl apply --busy=" defer refuse force
	ask "smcctl apply --busy=de" defer
	ask "smcctl run --summary unlikely-p" unlikely-program
	ask "smcctl run -- unlikely-program $files/o" "$files/one" "$files/other"
	ask "smcctl run --file=x unlikely-program --x=y $files/o" "$files/one" "$files/other"
	# shellcheck disable=SC2046 # words
	ask "smcctl pnet add NET1 --interface l" $(cd /sys/class/net && echo l*)
	ask "smcctl verify --root $files/o" "$files/one" "$files/other"
	ask "smcctl verify --root=$files/o" "$files/one" "$files/other"
}

policy
printf '%s\n' '  a:b:' '    kind: loopback' '    chid: 0xfffe' \
	'pnetids: {NET17: {interfaces: [veth0]}}' >>"$etc/smcd.yaml"
start
questions >"$work/expected"
at_least "questions" "$(wc -l <"$lines")" 15
for shell in bash zsh fish; do
	check_shell "$shell"
done
finish
