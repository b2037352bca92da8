// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why connections fall back to TCP, see reason.h.
 *
 * tests/lint compares names and codes with the kernel's. Errors that are negative are not
 * among them: with these the kernel lets a connection fail, and does not fall back.
 */
#include <stdlib.h>
#include "reason.h"

#define SAME_DEVICE "give both sides devices of one fabric and a UEID in common: compare " \
	"smcctl device list and smcctl status of both"
#define ROCE "check the RoCE adapters of both sides: rdma link, ip link"
#define RARE "none if it is rare, the next connection uses SMC; else see dmesg of both sides"

const struct reason reasons[] = {
	{ 0x01010000, "MEM", "there was not enough memory for the connection's buffers",
	  "free memory, or make buffers smaller: sysctl net.smc.rmem net.smc.wmem" },
	{ 0x02010000, "TIMEOUT_CL", "the first RoCE link was not confirmed in time", ROCE },
	{ 0x02020000, "TIMEOUT_AL", "a further RoCE link was not added in time", ROCE },
	{ 0x03000000, "CNFERR", "the network device has no IP address to propose, or the peer "
	  "accepted a device that was not proposed",
	  "give the network device an address with a prefix: ip address" },
	{ 0x03010000, "PEERNOSMC", "the peer does not use SMC",
	  "start the peer's program on SMC, too: smcctl run PROGRAM; and see that no "
	  "firewall removes unknown TCP options" },
	{ 0x03020000, "IPSEC", "the connection is protected by IPsec, which SMC would bypass",
	  "except the two sides from IPsec if that is allowed: ip xfrm policy" },
	{ 0x03030000, "NOSMCDEV", "there is no usable device, neither for SMC-D nor for SMC-R",
	  "see that a device is up, and has no PNETID but that of the network device: "
	  "smcctl device list" },
	{ 0x03030001, "NOSMCDDEV", "no SMC-D device and UEID fit those that the peer proposed",
	  SAME_DEVICE },
	{ 0x03030002, "NOSMCRDEV", "there is no RoCE device for the connection's network device",
	  "give both the same PNETID: smc_pnet; or use SMC-D: smcctl device list" },
	{ 0x03030003, "NOISM2SUPP", "this side has no SMC-D of version 2",
	  "see that a device is up: smcctl device list" },
	{ 0x03030004, "NOV2EXT", "the peer announced version 2 of SMC, but sent nothing of it",
	  "update the peer's kernel: uname -r" },
	{ 0x03030005, "NOV2DEXT", "the peer proposed no SMC-D device of version 2",
	  "see that the peer has a device that is up: smcctl device list, on the peer" },
	{ 0x03030006, "NOSEID", "the peer sent no system EID",
	  "give both sides a UEID in common: smcctl ueid add UEID --save" },
	{ 0x03030007, "NOSMCD2DEV", "no SMC-D device here reaches any of those that the peer "
	  "proposed", SAME_DEVICE },
	{ 0x03030008, "NOUEID", "the peer sent no UEID",
	  "give both sides a UEID in common: smcctl ueid add UEID --save, on the peer" },
	{ 0x03030009, "RELEASEERR", "the two sides do not agree on a release of SMC version 2",
	  "update the older kernel: uname -r" },
	{ 0x0303000a, "MAXCONNERR", "the two sides do not agree on the connections of a link group",
	  "compare both sides: sysctl net.smc.smcr_max_conns_per_lgr" },
	{ 0x0303000b, "MAXLINKERR", "the two sides do not agree on the links of a link group",
	  "compare both sides: sysctl net.smc.smcr_max_links_per_lgr" },
	{ 0x03040000, "MODEUNSUPP", "the peer chose SMC-D or SMC-R, and that was not proposed",
	  "update the peer's kernel: uname -r" },
	{ 0x03050000, "RMBE_EC", "the peer marks its buffers with eye catchers, which Linux does "
	  "not know", "switch eye catchers off in the peer's configuration of SMC" },
	{ 0x03060000, "OPTUNSUPP", "the program uses TCP Fast Open, which SMC does not have",
	  "switch it off in the program: MSG_FASTOPEN, TCP_FASTOPEN" },
	{ 0x03070000, "DIFFPREFIX", "the two sides are not in one IP subnet, and only version 2 "
	  "of SMC can do without",
	  "give both sides a UEID in common: smcctl ueid add UEID --save; or one subnet: "
	  "ip address" },
	{ 0x03080000, "GETVLANERR", "the VLAN of the connection's network device is not known",
	  "use a network device with one VLAN at most: ip -d link" },
	{ 0x03090000, "ISMVLANERR", "the SMC-D device does not take the connection's VLAN",
	  "use a network device without VLAN, or the VLANs of the device: ip -d link" },
	{ 0x030a0000, "NOACTLINK", "the link group had no active RoCE link", ROCE },
	{ 0x030b0000, "NOSRVLINK", "the RoCE link that the server chose is not there", ROCE },
	{ 0x030c0000, "VERSMISMAT", "the two sides do not agree on the version of SMC",
	  "update the older kernel: uname -r" },
	{ 0x030d0000, "MAX_DMB", "the SMC-D device has no buffer (DMB) left",
	  "give the device more: max-dmbs in smcd.yaml; or add a device: smcctl device list" },
	{ 0x030e0000, "NOROUTE", "there is no route to the peer's RoCE device",
	  "add one: ip route get ADDRESS shows what is missing" },
	{ 0x030f0000, "NOINDIRECT", "one side reaches the other's RoCE device through a router "
	  "only, the other does not", "make the routes of both sides alike: ip route" },
	{ 0x04000000, "SYNCERR", "the two sides did not agree whether their link group is new",
	  RARE },
	{ 0x05000000, "PEERDECL", "the peer declined, for a reason that its own statistics tell",
	  "see it there: smcctl stats fallback, on the peer" },
	{ 0x09990000, "INTERR", "an internal error of SMC", RARE },
	{ 0x09990001, "ERR_RTOK", "the keys of the peer's RoCE buffers could not be used", RARE },
	{ 0x09990002, "ERR_RDYLNK", "the RoCE link could not be made ready", ROCE },
	{ 0x09990003, "ERR_REGBUF", "the buffers could not be registered with the RoCE device",
	  ROCE },
};

const size_t reasons_count = sizeof(reasons) / sizeof(reasons[0]);

static const struct reason unknown = {
	.name = "UNKNOWN",
	.meaning = "unknown reason: newer than this smcd, or of a peer that is not Linux",
	.cure = "look for the code in net/smc/smc_clc.h of the kernel, or in the peer's manual",
};

static int compare(const void *key, const void *entry)
{
	uint32_t code = *(const uint32_t *)key;
	const struct reason *reason = entry;

	return code < reason->code ? -1 : code > reason->code;
}

const struct reason *reason_find(uint32_t code)
{
	const struct reason *found;

	found = bsearch(&code, reasons, reasons_count, sizeof(reasons[0]), compare);
	return found ? found : &unknown;
}
