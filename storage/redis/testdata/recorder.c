// Records what a program has flushed to the disk: a line with inode and length
// for each fsync and fdatasync that succeeded. The length is that from before
// the call, since what is written during it may or may not reach the disk.
// Loaded with LD_PRELOAD; the lines go to the file that FLUSHED names.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int lines = -1;
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
	const char *path = getenv("FLUSHED");
	real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
	real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
	if (path != NULL)
		lines = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (lines < 0 || real_fsync == NULL || real_fdatasync == NULL)
		abort();
}

static int flush(int fd, int (*real)(int)) {
	struct stat before;
	char line[64];
	int known = fstat(fd, &before) == 0 && S_ISREG(before.st_mode);
	int result = real(fd);
	if (result == 0 && known) {
		int n = snprintf(line, sizeof line, "%llu %lld\n", (unsigned long long)before.st_ino, (long long)before.st_size);
		if (write(lines, line, n) != n)
			abort();
	}
	return result;
}

int fsync(int fd) { return flush(fd, real_fsync); }
int fdatasync(int fd) { return flush(fd, real_fdatasync); }
