/* site.h -- a folder of files to test with, made and removed by the test
 *
 *     DIR/root/          what is served
 *     DIR/outside.txt    what must never be
 *
 * DIR is a new folder in $TMPDIR or /tmp. Names below are relative to the root.
 */
#ifndef UNIT_SITE_H
#define UNIT_SITE_H

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "files/docroot.h"
#include "files/file_version.h"

struct site {
    char folder[256];
    struct docroot root;
    int fd;
};

static inline void site_write_at(int folder_fd, const char *name,
                                 const char *text)
{
    int fd = openat(folder_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    ck_assert_int_ne(fd, -1);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static inline void site_write(struct site *site, const char *name,
                              const char *text)
{
    site_write_at(site->fd, name, text);
}

static inline void site_folder(struct site *site, const char *name)
{
    ck_assert_int_eq(mkdirat(site->fd, name, 0755), 0);
}

static inline void site_link(struct site *site, const char *target,
                             const char *name)
{
    ck_assert_int_eq(symlinkat(target, site->fd, name), 0);
}

static inline void site_rename(struct site *site, const char *from,
                               const char *to)
{
    ck_assert_int_eq(renameat(site->fd, from, site->fd, to), 0);
}

static inline void site_init(struct site *site)
{
    const char *tmp = getenv("TMPDIR");
    char path[300];

    snprintf(site->folder, sizeof(site->folder), "%s/site-XXXXXX",
             tmp == NULL ? "/tmp" : tmp);
    ck_assert_ptr_nonnull(mkdtemp(site->folder));
    ck_assert_int_eq(chmod(site->folder, 0755), 0);
    snprintf(path, sizeof(path), "%s/root", site->folder);
    ck_assert_int_eq(mkdir(path, 0755), 0);
    ck_assert_int_eq(docroot_open(&site->root, path), 0);
    site->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ck_assert_int_ne(site->fd, -1);
    site_write(site, "../outside.txt", "secret");
}

static inline int site_remove_one(const char *path, const struct stat *status,
                                  int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static inline void site_fini(struct site *site)
{
    close(site->fd);
    docroot_close(&site->root);
    ck_assert_int_eq(
        nftw(site->folder, site_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* Waits until a change of `name` after now would show in its ctime. */
static inline void site_settle(struct site *site, const char *name)
{
    struct timespec now;
    struct file_version version;
    struct stat status;

    do {
        sched_yield();
        now = clock_wall();
        ck_assert_int_eq(fstatat(site->fd, name, &status, 0), 0);
        version = file_version_of(&status);
    } while (!file_version_is_settled(&version, now, 0));
}

/* Root may read everything, so a test of what may not be read becomes nobody
 * for a while. Returns false where it cannot: then there is nothing to test. */
static inline bool site_become_nobody(void)
{
    return geteuid() != 0 || seteuid(65534) == 0;
}

static inline void site_become_yourself(void)
{
    ck_assert_int_eq(seteuid(getuid()), 0);
}

#endif
