// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the SMC stack puts devices in what a client proposes, for the plugins. Pure. */
#include <stdio.h>
#include "place.h"

/* __smc_ism_is_emulated in net/smc/smc_ism.h */
static unsigned int entries_of(uint16_t chid)
{
	return (chid & 0xff00) == 0xff00 ? 2 : 1;
}

static bool is_proposed(const struct place *place, uint16_t chid)
{
	unsigned int i;

	for (i = 0; i < place->n_chids; i++)
		if (place->chids[i] == chid)
			return true;
	return false;
}

static bool propose(struct place *place, uint16_t chid)
{
	unsigned int entries = entries_of(chid);

	if (place->entries + entries > PLACE_ENTRIES)
		return false;
	place->entries += entries;
	place->chids[place->n_chids++] = chid;
	return true;
}

void place_init(struct place *place, const struct smcd_device *loopback)
{
	*place = (struct place){ 0 };
	if (!loopback || !loopback->rank)
		return;
	place->own_chid = loopback->chid;
	place->rank = loopback->rank;
	(void)propose(place, loopback->chid);
}

void place_next(struct place *place, struct smcd_device *device, bool reaches)
{
	bool twin = is_proposed(place, device->chid);

	device->rank = 0;
	/* One with a PNETID is proposed to others than those without. */
	if (device->pnetid[0] || (twin && reaches) || (!twin && propose(place, device->chid)))
		device->rank = ++place->rank;
	else if (!twin)
		snprintf(device->reason, sizeof(device->reason),
			 "not proposed: what is before it takes all %d entries of a proposal",
			 PLACE_ENTRIES);
	else if (device->chid == place->own_chid)
		snprintf(device->reason, sizeof(device->reason),
			 "not proposed: the kernel's own loopback device comes first, unless it "
			 "has a PNETID that no network device has");
	else
		snprintf(device->reason, sizeof(device->reason),
			 "not proposed: clients propose one device of a CHID");
}
