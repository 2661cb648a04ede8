#include "files/file_account.h"

#include <assert.h>
#include <stdlib.h>

#include "base/list.h"

static void account_free(struct hold *hold)
{
    struct file_account *account = LIST_ENTRY(hold, struct file_account, hold);

    assert(account->bytes == 0 && account->descriptors == 0);
    free(account);
}

struct file_account *file_account_new(void)
{
    struct file_account *account = calloc(1, sizeof(*account));

    if (account != NULL)
        hold_init(&account->hold, account_free);
    return account;
}

void file_account_add(struct file_account *account, size_t bytes,
                      size_t descriptors)
{
    assert(account->hold.count > 0);
    hold_get(&account->hold);
    account->bytes += bytes;
    account->descriptors += descriptors;
}

void file_account_remove(struct file_account *account, size_t bytes,
                         size_t descriptors)
{
    assert(account->bytes >= bytes && account->descriptors >= descriptors);
    account->bytes -= bytes;
    account->descriptors -= descriptors;
    hold_release(&account->hold);
}
