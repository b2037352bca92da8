// SPDX-License-Identifier: GPL-2.0-or-later
/* What the verbs that print link groups share; see linkgroup.h. */
#include <inttypes.h>
#include "linkgroup.h"

const char *linkgroup_id(const struct linkgroup *linkgroup, char ret[LINKGROUP_ID_SIZE])
{
	snprintf(ret, LINKGROUP_ID_SIZE, "%08" PRIx32, linkgroup->id);
	return ret;
}

static void number_json(struct json_object *object, const char *key, bool known, uint64_t number)
{
	if (known)
		output_json_number(object, key, number);
	else
		output_json_text(object, key, NULL);
}

void linkgroup_json(struct json_object *object, const struct linkgroup *linkgroup)
{
	bool complete = linkgroup->complete, v2 = linkgroup->version > 1;
	char id[LINKGROUP_ID_SIZE];

	output_json_text(object, "id", linkgroup_id(linkgroup, id));
	output_json_text(object, "device", linkgroup->device);
	output_json_gid(object, "gid", linkgroup->gid);
	output_json_gid(object, "peer_gid", linkgroup->peer_gid);
	output_json_number(object, "connections", linkgroup->connections);
	output_json_bool(object, "complete", complete);
	number_json(object, "chid", complete, linkgroup->chid);
	number_json(object, "vlan", complete, linkgroup->vlan);
	output_json_text(object, "pnetid", linkgroup->pnetid);
	number_json(object, "version", complete, linkgroup->version);
	number_json(object, "release", v2, linkgroup->release);
	output_json_text(object, "eid", linkgroup->eid);
	output_json_text(object, "peer_os", linkgroup->peer_os);
	output_json_text(object, "peer_hostname", linkgroup->peer_hostname);
}
