#compdef smcctl
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion of smcctl, which itself knows its verbs, options and devices.

local line
local -a lines described

lines=("${(@f)$($words[1] --complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
[[ -n $lines[1] ]] || return
case $lines[1] in
$'\tfiles')
	compset -P '--*='
	_files
	;;
$'\tcommand '*)
	shift $((${lines[1]##* } + 1)) words
	((CURRENT -= ${lines[1]##* } + 1))
	_normal
	;;
*)
	for line in $lines; do
		described+=("${${line%%$'\t'*}//:/\\:}${${(M)line%$'\t'*}/$'\t'/:}")
	done
	_describe -V smcctl described
	;;
esac
