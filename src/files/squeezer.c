#include "files/squeezer.h"

#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "files/file_read.h"
#include "files/shared_copy.h"
#include "files/squeeze.h"

enum { NICEST = 19 };

struct place {
    /* Written by the worker before it posts: */
    const struct file *source;
    struct file_version version;
    enum derived_key key;
    struct waker *waker;

    /* Written by the thread before it is done: */
    struct shared_copy *copy; /* with a count for the worker; or NULL */
    bool is_final;
};

/* A ring: places from `taken` to `done` are done, from there to `posted` they
 * are the thread's. The counters never go back; they wrap around. */
struct squeezer_desk {
    struct squeezer *squeezer;
    unsigned taken; /* the worker's own */
    atomic_uint posted, done;
    struct place places[SQUEEZER_PLACES];
};

_Static_assert((SQUEEZER_PLACES & (SQUEEZER_PLACES - 1)) == 0,
               "the counters' wrap leaves the ring in order");

struct squeezer {
    pthread_t thread;
    sem_t work;  /* a job was posted, a copy released, or it is the end */
    int done_fd; /* eventfd: the thread has ended */
    atomic_bool is_ending;
    atomic_uint desk_count;
    struct squeezer_desk *desks[SQUEEZER_DESKS_MAX];

    /* The thread's own: */
    unsigned turn; /* the desk to look at first */
    struct shared_copy *copies;
};

static struct place *place_at(struct squeezer_desk *desk, unsigned counter)
{
    return &desk->places[counter % SQUEEZER_PLACES];
}

/* --- The thread --- */

/* Reads all bytes of the version. Returns 0 and *out, which the caller frees,
 * or a negative errno: -EAGAIN where the file has changed. */
static int read_source(const struct place *place, struct bytes *out)
{
    const struct file *source = place->source;
    char *at = malloc((size_t)source->size);
    struct file_version version;
    struct stat status;
    ssize_t got;
    int error = 0;

    if (at == NULL)
        return -ENOMEM;
    got = file_read(source->fd, 0, at, (size_t)source->size);
    if (got < 0)
        error = (int)got;
    else if (fstat(source->fd, &status) == -1)
        error = -errno;
    if (error == 0) {
        version = file_version_of(&status);
        if ((uint64_t)got != source->size ||
            !file_version_equal(&version, &place->version))
            error = -EAGAIN;
    }
    if (error < 0)
        free(at);
    else
        *out = (struct bytes){at, (size_t)got};
    return error;
}

/* Compresses the source. Returns 0 and *out, or a negative errno. */
static int compress(struct squeezer *squeezer, const struct place *place,
                    struct bytes *out)
{
    const struct file *source = place->source;
    struct bytes content = {source->body, (size_t)source->size};
    bool is_read = source->body == NULL;
    int error = is_read ? read_source(place, &content) : 0;

    if (error == 0) {
        error = squeeze(place->key, content, &squeezer->is_ending, out);
        if (is_read)
            free((void *)(uintptr_t)content.at);
    }
    return error;
}

/* Does the job of a place. */
static void run(struct squeezer *squeezer, struct place *place)
{
    struct bytes content;
    int error;

    place->is_final = false;
    place->copy =
        shared_copy_find(squeezer->copies, &place->version, place->key);
    if (place->copy == NULL) {
        error = compress(squeezer, place, &content);
        place->is_final = error == -EMSGSIZE;
        if (error == 0)
            place->copy = shared_copy_new(&squeezer->copies, &place->version,
                                          place->key, content, &squeezer->work);
    }
    if (place->copy != NULL)
        shared_copy_get(place->copy);
}

/* Runs the next job of a desk. Returns false where there is none. */
static bool run_one_of(struct squeezer *squeezer, struct squeezer_desk *desk)
{
    unsigned done = atomic_load(&desk->done);
    struct place *place = place_at(desk, done);
    struct waker *waker;

    if (done == atomic_load(&desk->posted))
        return false;
    waker = place->waker;
    run(squeezer, place);
    atomic_store(&desk->done, done + 1);
    waker_wake(waker);
    return true;
}

/* Runs one job, of the desk whose turn it is. */
static bool run_one(struct squeezer *squeezer)
{
    unsigned count = atomic_load(&squeezer->desk_count);

    for (unsigned i = 0; i < count; i++) {
        unsigned at = (squeezer->turn + i) % count;

        if (run_one_of(squeezer, squeezer->desks[at])) {
            squeezer->turn = at + 1;
            return true;
        }
    }
    return false;
}

/* What one job left behind would stay in this thread's heap. */
static void give_memory_back(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

/* Before the first job no desk is looked at: it may be closed again. Returns
 * false at the end. */
static bool await_work(struct squeezer *squeezer)
{
    while (sem_wait(&squeezer->work) == -1)
        continue;
    return !atomic_load(&squeezer->is_ending);
}

static void *squeezer_main(void *arg)
{
    struct squeezer *squeezer = arg;
    uint64_t one = 1;
    ssize_t written;
    bool has_run;

    setpriority(PRIO_PROCESS, (id_t)gettid(), NICEST); /* of this thread */
    while (await_work(squeezer)) {
        has_run = false;
        shared_copy_sweep(&squeezer->copies);
        while (!atomic_load(&squeezer->is_ending) && run_one(squeezer))
            has_run = true;
        if (has_run)
            give_memory_back();
    }
    written = write(squeezer->done_fd, &one, sizeof(one));
    (void)written; /* the count is 0: there is room */
    return NULL;
}

/* --- Opening and closing --- */

int squeezer_new(struct squeezer **out)
{
    struct squeezer *squeezer = calloc(1, sizeof(*squeezer));
    int error;

    if (squeezer == NULL)
        return -ENOMEM;
    squeezer->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (squeezer->done_fd == -1) {
        error = -errno;
        goto free_squeezer;
    }
    sem_init(&squeezer->work, 0, 0);
    error = -pthread_create(&squeezer->thread, NULL, squeezer_main, squeezer);
    if (error < 0)
        goto destroy_work;
    *out = squeezer;
    return 0;

destroy_work:
    sem_destroy(&squeezer->work);
    close(squeezer->done_fd);
free_squeezer:
    free(squeezer);
    return error;
}

bool squeezer_end(struct squeezer *squeezer, int64_t deadline_ms)
{
    struct pollfd done = {.fd = squeezer->done_fd, .events = POLLIN};
    int64_t left;

    atomic_store(&squeezer->is_ending, true);
    sem_post(&squeezer->work);
    do {
        left = deadline_ms - clock_now_ms();
        if (poll(&done, 1, left < 0 ? 0 : (int)left) == 1) {
            pthread_join(squeezer->thread, NULL);
            return true;
        }
    } while (left > 0);
    pthread_detach(squeezer->thread);
    return false;
}

void squeezer_free(struct squeezer *squeezer)
{
    if (squeezer == NULL)
        return;
    assert(atomic_load(&squeezer->is_ending));
    shared_copy_sweep(&squeezer->copies);
    assert(squeezer->copies == NULL);
    sem_destroy(&squeezer->work);
    close(squeezer->done_fd);
    free(squeezer);
}

struct squeezer_desk *squeezer_desk_open(struct squeezer *squeezer)
{
    unsigned count = atomic_load(&squeezer->desk_count);
    struct squeezer_desk *desk;

    if (count == SQUEEZER_DESKS_MAX)
        return NULL;
    desk = calloc(1, sizeof(*desk));
    if (desk == NULL)
        return NULL;
    desk->squeezer = squeezer;
    squeezer->desks[count] = desk;
    atomic_store(&squeezer->desk_count, count + 1);
    return desk;
}

void squeezer_desk_close(struct squeezer_desk *desk)
{
    struct squeezed squeezed;

    if (desk == NULL)
        return;
    while (squeezer_take(desk, &squeezed)) {
        hold_release(file_hold(squeezed.source));
        if (squeezed.owner != NULL)
            squeezed_release(squeezed.owner);
    }
    for (; desk->taken != atomic_load(&desk->posted); desk->taken++)
        hold_release(file_hold(place_at(desk, desk->taken)->source));
    free(desk);
}

/* --- A worker at its desk --- */

void squeezed_release(void *owner)
{
    shared_copy_release(owner);
}

bool squeezer_post(struct squeezer_desk *desk, const struct file *source,
                   const struct file_version *version, enum derived_key key,
                   struct waker *waker)
{
    unsigned posted = atomic_load(&desk->posted);

    assert(squeeze_can(key));
    assert(source->size >= SQUEEZER_LEAST && source->size <= SQUEEZER_MOST);
    if (posted - desk->taken == SQUEEZER_PLACES)
        return false;
    *place_at(desk, posted) = (struct place){
        .source = source, .version = *version, .key = key, .waker = waker};
    hold_get(file_hold(source));
    atomic_store(&desk->posted, posted + 1);
    sem_post(&desk->squeezer->work);
    return true;
}

bool squeezer_take(struct squeezer_desk *desk, struct squeezed *out)
{
    struct place *place = place_at(desk, desk->taken);

    if (desk->taken == atomic_load_explicit(&desk->done, memory_order_acquire))
        return false;
    *out = (struct squeezed){.source = place->source,
                             .key = place->key,
                             .owner = place->copy,
                             .is_final = place->is_final};
    if (place->copy != NULL) {
        out->content = place->copy->content;
        out->etag = bytes_of(place->copy->etag);
    }
    desk->taken++;
    return true;
}
