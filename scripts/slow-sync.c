/* Makes every sync of a file take SYNC_US microseconds longer, for a program that is
   started with LD_PRELOAD: virtual machines often have disks that say "written" at once,
   and what a commit costs on a disk that really waits cannot be measured on them. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int late(const char *name, int fd) {
	const char *us = getenv("SYNC_US");
	usleep(us ? atoi(us) : 0);
	int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
	return sync(fd);
}

int fsync(int fd) { return late("fsync", fd); }

int fdatasync(int fd) { return late("fdatasync", fd); }
