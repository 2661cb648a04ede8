#include "server/banner.h"

#include <assert.h>
#include <ifaddrs.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "site/base_path.h"
#include "site/builtin.h"
#include "site/role.h"

enum {
    LINK_LEN = sizeof("http://:12345, ") + ADDRESS_TEXT_MAX + BASE_PATH_MAX,
    LINE_LEN = BANNER_LINKS_MAX * LINK_LEN,
};

struct links {
    const char *path; /* of each link, without the first slash */
    char text[LINE_LEN];
    size_t len, count, left_out;
};

static void add_link(struct links *links, const struct address *address)
{
    char text[ADDRESS_TEXT_MAX];

    if (links->count == BANNER_LINKS_MAX) {
        links->left_out++;
        return;
    }
    links->len +=
        (size_t)snprintf(links->text + links->len, LINE_LEN - links->len,
                         "%shttp://%s/%s", links->count == 0 ? "" : ", ",
                         address_format(address, text), links->path);
    links->count++;
    assert(links->len < LINE_LEN);
}

static bool is_any(const struct address *address)
{
    if (address->any.sa_family == AF_INET)
        return address->in4.sin_addr.s_addr == htonl(INADDR_ANY);
    return address->any.sa_family == AF_INET6 &&
           IN6_IS_ADDR_UNSPECIFIED(&address->in6.sin6_addr);
}

/* Whether a browser can use the address `found` to reach a listener at all
 * addresses of that family. If so, *out is that address with the port. */
static bool is_reachable(const struct ifaddrs *found,
                         const struct address *listened, struct address *out)
{
    const unsigned in_use = IFF_UP | IFF_RUNNING;

    if (found->ifa_addr == NULL || (found->ifa_flags & in_use) != in_use ||
        found->ifa_addr->sa_family != listened->any.sa_family)
        return false;
    *out = *listened;
    memcpy(&out->any, found->ifa_addr, listened->len);
    address_set_port(out, address_port(listened));
    return out->any.sa_family != AF_INET6 ||
           !IN6_IS_ADDR_LINKLOCAL(&out->in6.sin6_addr);
}

static bool is_same(const struct address *a, const struct address *b)
{
    if (a->any.sa_family == AF_INET)
        return a->in4.sin_addr.s_addr == b->in4.sin_addr.s_addr;
    return IN6_ARE_ADDR_EQUAL(&a->in6.sin6_addr, &b->in6.sin6_addr);
}

/* Whether two interfaces have this address, and an earlier one of the list is
 * one of them. */
static bool is_repeated(const struct ifaddrs *first, const struct ifaddrs *at,
                        const struct address *address)
{
    struct address earlier;

    for (; first != at; first = first->ifa_next)
        if (is_reachable(first, address, &earlier) &&
            is_same(&earlier, address))
            return true;
    return false;
}

static void add_reachable(struct links *links, const struct ifaddrs *found,
                          const struct address *listened, bool is_loopback)
{
    struct address address;

    for (const struct ifaddrs *at = found; at != NULL; at = at->ifa_next)
        if (is_reachable(at, listened, &address) &&
            address_is_loopback(&address) == is_loopback &&
            !is_repeated(found, at, &address))
            add_link(links, &address);
}

/* Adds the addresses of this machine, loopback first. */
static void add_all(struct links *links, const struct address *listened)
{
    struct ifaddrs *found;

    if (getifaddrs(&found) == 0) {
        add_reachable(links, found, listened, true);
        add_reachable(links, found, listened, false);
        freeifaddrs(found);
    }
    if (links->count == 0)
        add_link(links, listened);
}

static void print_links(const char *where, const struct address *address,
                        const char *path)
{
    struct links links = {.path = path};

    if (is_any(address))
        add_all(&links, address);
    else
        add_link(&links, address);
    if (links.left_out > 0)
        log_info("%s %s and %zu more", where, links.text, links.left_out);
    else
        log_info("%s %s", where, links.text);
}

/* Returns `out`, or `folder` where it is absolute or the working directory is
 * unknown. */
static const char *absolute(const char *folder, char out[PATH_MAX])
{
    size_t len;

    if (folder[0] == '/' || getcwd(out, PATH_MAX) == NULL)
        return folder;
    while (folder[0] == '.' && folder[1] == '/')
        folder += 1 + strspn(folder + 1, "/");
    if (strcmp(folder, ".") == 0 || folder[0] == '\0')
        return out;
    len = strlen(out);
    snprintf(out + len, PATH_MAX - len, "%s%s", len > 1 ? "/" : "", folder);
    return out;
}

static void print_site(const struct address *address, const char *base)
{
    char text[ADDRESS_TEXT_MAX];

    if (address->any.sa_family == AF_UNIX)
        log_info(base[1] == '\0' ? "at %s" : "at %s, under %s",
                 address_format(address, text), base);
    else
        print_links("at", address, base + 1);
}

/* The page is shown under loopback names only. */
static void print_live(const struct address *address)
{
    char text[ADDRESS_TEXT_MAX];

    address_format(address, text);
    if (address_is_loopback(address)) {
        print_links("see it live at", address, BUILTIN_FOLDER);
    } else if (address->any.sa_family == AF_UNIX) {
        log_info("see it live at http://localhost/" BUILTIN_FOLDER
                 " through %s",
                 text);
    } else {
        log_info("see it live at http://localhost:%u/" BUILTIN_FOLDER,
                 address_port(address));
        log_error("--wire=%s: anyone who can reach this address can see all "
                  "requests to this server, cookies included",
                  text);
    }
}

static void print_public(const struct listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++) {
        const struct listener *listener = &listeners->each[i];

        assert(listener->role == ROLE_LIVE_PUBLIC); /* all or none */
        if (listener->address.any.sa_family != AF_UNIX)
            print_links("see it live at", &listener->address, BUILTIN_FOLDER);
    }
    log_error("--wire=public: anyone who can reach this server can see all "
              "requests to it, cookies included");
}

void banner_print(const struct listeners *listeners, const char *folder,
                  const char *base)
{
    char path[PATH_MAX];

    assert(base[0] == '/');
    log_info("serving %s", absolute(folder, path));
    for (size_t i = 0; i < listeners->count; i++) {
        const struct listener *listener = &listeners->each[i];

        if (listener->role == ROLE_LIVE)
            print_live(&listener->address);
        else
            print_site(&listener->address, base);
    }
    if (listeners->count > 0 && listeners->each[0].role == ROLE_LIVE_PUBLIC)
        print_public(listeners);
}
