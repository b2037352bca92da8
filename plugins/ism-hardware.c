// SPDX-License-Identifier: GPL-2.0-or-later
/* ISM hardware of IBM Z as /sys shows it, for the plugin ism. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ism-hardware.h"

#define MODALIAS "pci:v00001014d000004ED"	/* PCI_DEVICE_ID_IBM_ISM */
#define PNETID_LENGTH (SMCD_PNETID_SIZE - 1)

/* Letters, digits and the blank of EBCDIC; 0: none of them */
static char from_ebcdic(unsigned char byte)
{
	if (byte == 0x40)
		return ' ';
	if (byte >= 0xf0 && byte <= 0xf9)
		return '0' + (byte - 0xf0);
	if (byte >= 0xc1 && byte <= 0xc9)
		return 'A' + (byte - 0xc1);
	if (byte >= 0xd1 && byte <= 0xd9)
		return 'J' + (byte - 0xd1);
	if (byte >= 0xe2 && byte <= 0xe9)
		return 'S' + (byte - 0xe2);
	return 0;
}

bool ism_hardware_pnetid(const unsigned char *util_string, size_t size,
			 char pnetid[static SMCD_PNETID_SIZE])
{
	char text[SMCD_PNETID_SIZE] = "";
	size_t length;

	if (size < PNETID_LENGTH)
		return false;
	for (length = 0; length < PNETID_LENGTH; length++) {
		text[length] = from_ebcdic(util_string[length]);
		if (!text[length])
			return false;
	}
	while (length > 0 && text[length - 1] == ' ')
		text[--length] = '\0';
	if (!length || strchr(text, ' '))
		return false;
	memcpy(pnetid, text, sizeof(text));
	return true;
}

static bool is_ism(const char *root, const char *name)
{
	char path[PATH_MAX], alias[128];

	snprintf(path, sizeof(path), "bus/pci/devices/%s/modalias", name);
	return strlen(name) < ISM_PCI_ID_SIZE &&
	       sysfs_text(root, path, alias, sizeof(alias)) >= 0 &&
	       strncmp(alias, MODALIAS, sizeof(MODALIAS) - 1) == 0;
}

/* What a kernel does not tell stays unknown. */
static void read_function(const char *root, const char *name, struct ism_function *function)
{
	unsigned char util_string[64];
	char path[PATH_MAX], driver[16];
	uint64_t number;
	ssize_t size;

	*function = (struct ism_function){ 0 };
	snprintf(function->pci_id, sizeof(function->pci_id), "%s", name);
	snprintf(path, sizeof(path), "bus/pci/devices/%s/driver", name);
	function->has_driver = sysfs_link(root, path, driver, sizeof(driver)) >= 0 &&
			       strcmp(driver, "ism") == 0;
	snprintf(path, sizeof(path), "bus/pci/devices/%s/function_id", name);
	if (sysfs_hex(root, path, UINT32_MAX, &number) >= 0) {
		function->has_fid = true;
		function->fid = number;
	}
	snprintf(path, sizeof(path), "bus/pci/devices/%s/pchid", name);
	if (sysfs_hex(root, path, UINT16_MAX, &number) >= 0)
		function->pchid = number;
	snprintf(path, sizeof(path), "bus/pci/devices/%s/util_string", name);
	size = sysfs_bytes(root, path, util_string, sizeof(util_string));
	if (size > 0)
		(void)ism_hardware_pnetid(util_string, size, function->pnetid);
}

static int append(struct ism_function **functions, size_t *count, const char *root,
		  const char *name)
{
	struct ism_function *longer;

	longer = reallocarray(*functions, *count + 1, sizeof(*longer));
	if (!longer)
		return -ENOMEM;
	*functions = longer;
	read_function(root, name, &longer[(*count)++]);
	return 0;
}

static void take_gid(const char *root, const char *dibs, struct ism_function *functions,
		     size_t count)
{
	char path[PATH_MAX], parent[SYSFS_NAME_SIZE];
	size_t i;

	snprintf(path, sizeof(path), "class/dibs/%s/device", dibs);
	if (sysfs_link(root, path, parent, sizeof(parent)) < 0)
		return;
	for (i = 0; i < count; i++)
		if (strcmp(functions[i].pci_id, parent) == 0)
			(void)sysfs_dibs_gid(root, dibs, &functions[i].gid);
}

static int take_gids(const char *root, struct ism_function *functions, size_t count)
{
	char (*names)[SYSFS_NAME_SIZE];
	size_t n, i;
	int r;

	if (!count)
		return 0;
	r = sysfs_list(root, "class/dibs", &names, &n);
	if (r < 0)
		return r;
	for (i = 0; i < n; i++)
		take_gid(root, names[i], functions, count);
	free(names);
	return 0;
}

int ism_hardware_list(const char *root, struct ism_function **ret_functions, size_t *ret_count)
{
	struct ism_function *functions = NULL;
	char (*names)[SYSFS_NAME_SIZE];
	size_t count = 0, n, i;
	int r;

	r = sysfs_list(root, "bus/pci/devices", &names, &n);
	if (r < 0)
		return r;
	for (i = 0; r >= 0 && i < n; i++)
		if (is_ism(root, names[i]))
			r = append(&functions, &count, root, names[i]);
	free(names);
	if (r >= 0)
		r = take_gids(root, functions, count);
	if (r < 0) {
		free(functions);
		return r;
	}
	*ret_functions = functions;
	*ret_count = count;
	return 0;
}
