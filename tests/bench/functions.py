# SPDX-License-Identifier: GPL-2.0-or-later
"""
The functions of a kernel: which is at an address, and what part of it a function is; and where
the code of programs is.
"""

import bisect
import re
from collections import Counter

USER_END = 1 << 63
USER = "user space"
# Names begin so; the first that fits counts. Not exact: functions that many parts use, as
# those of lists, are "other".
GROUPS = {group: re.compile(names, re.VERBOSE) for group, names in {
    USER: "user\\ space",
    "device": "softism_|dibs_",
    "SMC": "_*smcd?r?_",
    "UNIX sockets": "_*unix_|scm_|maybe_add_creds",
    "copy": """_*copy_|_*memcpy|rep_movs|_*csum_partial|simple_copy|.*_iter(_|$)|.*_datagram_
            |import_|__check_(object|heap)|__virt_addr_valid|check_(stack|heap)_object""",
    "TCP/IP": """(__)?(tcp|ip|ipv4|ipv6|inet6?|nf|dev|netif|net_rx|skb|napi|loopback|eth|dst|fib
              |raw_|bpf|cubictcp|bictcp|neigh|qdisc|rt_|secure_|mptcp)
              |process_backlog|enqueue_to_backlog|validate_xmit|.*k?free_skb|consume_skb
              |_*alloc_skb|_*sk_(mem|stream|page|reset|filter|forced)|sock_[rw]free
              |sock_alloc_send|security_(skb|inet|sock_rcv)""",
    "locks": """_*lock_sock|_*release_sock|_*raw_(spin|read|write)|queued_|_*mutex_|_*up_|_*down_
             |rwsem|_*local_bh|_*rt_mutex""",
    "softirq": """_*do_softirq|handle_softirqs|_*tasklet|_*raise_softirq|run_ksoftirqd
               |irq_(enter|exit)""",
    "timer, RCU": """.*timer|tick_|ktime_|read_tsc|rcu_|_*call_rcu|.*_rcu_|run_posix|.*sysvec
                  |.*apic|calc_|account_process|profile_tick|timekeep|clockevents|.*_irq$""",
    "epoll": "_*ep_|.*epoll",
    "files": """vfs_(open|getattr)|ovl_|shmem_|.*lookup|link_path|path_|step_into|nd_jump|may_open
             |.*_permission|do_(.*open|dentry|sendfile)|build_open|.*splice|.*fsnotify|_*d_|dput
             |fast_dput|lockref|mntput|.*atime|.*getattr|cp_new_stat|strncpy_from|filemap|backing_
             |init_file|make_vfs|map_id|generic_fill|locks_|.*file_(open|close|path)""",
    "scheduler": """_*schedule|.*sched_|.*wake|psi_|record_times|_*(en|de)queue_|.*_entity
                 |.*_load_avg|.*update_(curr|rq|se|min|cfs|entity)|.*pick_|.*_fair|set_next
                 |put_prev|_*switch_
                 |finish_task|prepare_task|.*ttwu|select_|native_(sched_clock|load)|_*cond_resched
                 |resched|avg_vruntime|vruntime|.*_wait|wait_|add_wait|remove_wait|sock_def_
                 |sk_(busy|wait)|cpu(acct|idle|set)|.*idle|default_|perf_|rb_|_*rb_|mm_cid|place_
                 |reweight|check_preempt|preempt|.*_rq(_|$)|.*kthread|worker|.*work|autoremove""",
    "memory": """.*mem_cache|.*alloc|.*free|.*slab|.*slub|.*memset|.*page|.*folio|.*memcg
              |.*objcg|.*obj_(stock|cgroup)|.*charge|refill_stock|.*cgroup|.*css_rstat|.*rmqueue
              |.*zone|cache_from_obj|propagate_protected|mod_|vm_|.*percpu""",
    "system call": """entry_|error_|do_syscall|syscall|_*(x64_)?sys_|sock_|_*sock|_*fd?get|_*fput
                   |security_|aa_|apparmor|.*user_mode|.*label|move_addr|restore_|.*seccomp
                   |.*fpu|fpregs|vfs_(read|write)|ksys_""",
    "other": "",
}.items()}


def group_of(name):
    return next(group for group, names in GROUPS.items() if names.match(name))


def share(count, rounds):
    """Of one round"""
    return Counter({name: number / rounds for name, number in count.items()})


class Table:
    """
    The kernel's functions by address, from lines "function ADDRESS NAME", and programs, from
    lines "program NAME START END"
    """

    def __init__(self, lines):
        words = [line.split() for line in lines if line.startswith("program ")]
        self._programs = sorted({(int(start, 16), int(end, 16), f"{USER}, {name}")
                                 for _, name, start, end in words})
        found = sorted((int(line.split()[1], 16), line.split()[2]) for line in lines
                       if line.startswith("function "))
        self._starts = [start for start, _ in found]
        self._names = [name for _, name in found]

    def _find_program(self, address):
        place = bisect.bisect_right(self._programs, (address, USER_END, "")) - 1
        if place < 0 or address >= self._programs[place][1]:
            return USER
        return self._programs[place][2]

    def find(self, address):
        """(name, whether it is the function's first instruction)"""
        if address < USER_END:
            return self._find_program(address), False
        place = bisect.bisect_right(self._starts, address) - 1
        if place < 0:
            return "unknown", False
        return self._names[place], self._starts[place] == address

    def counts(self, lines):
        """(instructions, calls) by function, from the plugin's lines"""
        instructions, calls = Counter(), Counter()
        for line in lines:
            address, size, times = line.split()
            name, first = self.find(int(address, 16))
            instructions[name] += int(size) * int(times)
            if first:
                calls[name] += int(times)
        return instructions, calls
