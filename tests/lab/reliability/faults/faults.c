/* Stands between a program and its system, and makes the n-th call of a kind fail: reads, writes, syncs, names, memory.

   Loaded with LD_PRELOAD. Only calls on files below one folder count, so that the interpreter can read its own
   modules. What is to fail stands in a mapped file, the switchboard, which PRESSMARK_FAULTS names and the test writes. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* In the order of `Kind` in faults.py. */
enum kind {
    READ, WRITE, SYNC, OPEN, RENAME, REMOVE, MAKE, RESIZE, LOOK, LIST, MAP, LOCK, SQLITE_MEMORY, MEMORY, LARGE_MEMORY
};

/* The layout that faults.py packs. */
struct switchboard {
    int64_t on;      /* whether calls are counted */
    int64_t kind;    /* which kind fails; -1 for none */
    int64_t first;   /* the first call that fails, from 1 */
    int64_t forever; /* whether all later ones fail, too */
    int64_t error;   /* their errno */
    int64_t hits;    /* how many have failed */
    int64_t counts[16];
    char folder[512];
    char where[512]; /* the first call that failed, and its file */
};

#define FILES 65536
#define LARGE 32768

static struct switchboard off;
static struct switchboard *board = &off;
static unsigned char ours[FILES]; /* whether an open file lies below the folder */
static pid_t owner;               /* whose open files these are */

#define REAL(name) \
    static __typeof__(&name) real; \
    if (real == NULL) \
        real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int (*real_open(void))(const char *, int, ...)
{
    static int (*real)(const char *, int, ...);
    if (real == NULL)
        real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
    return real;
}

static void adopt(void) { owner = getpid(); }

__attribute__((constructor)) static void begin(void)
{
    adopt();
    pthread_atfork(NULL, NULL, adopt);
    const char *path = getenv("PRESSMARK_FAULTS");
    int file = path == NULL ? -1 : real_open()(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return;
    void *(*map)(void *, size_t, int, int, int, off64_t) = dlsym(RTLD_NEXT, "mmap64");
    void *found = map(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (found != MAP_FAILED)
        board = found;
    close(file);
}

static int is_ours(int file) { return file >= 0 && file < FILES && ours[file]; }

static int is_below(int folder, const char *path)
{
    if (path == NULL || path[0] == '\0')
        return is_ours(folder);
    if (path[0] != '/')
        return folder != AT_FDCWD && is_ours(folder);
    size_t length = strlen(board->folder);
    return length > 0 && strncmp(path, board->folder, length) == 0;
}

static void note_where(const char *name, int file, const char *path)
{
    char link[64], read_path[400] = "";
    if (path == NULL && file >= 0) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", file);
        ssize_t length = readlink(link, read_path, sizeof read_path - 1);
        read_path[length < 0 ? 0 : length] = '\0';
        path = read_path;
    }
    snprintf(board->where, sizeof board->where, "%s %s", name, path == NULL ? "" : path);
}

/* Count a call, and say whether it is to fail; errno says how. */
static int fails(enum kind kind, const char *name, int file, const char *path)
{
    if (!board->on)
        return 0;
    int64_t count = __atomic_add_fetch(&board->counts[kind], 1, __ATOMIC_SEQ_CST);
    if (board->kind != (int64_t)kind || count < board->first || (count > board->first && !board->forever))
        return 0;
    if (__atomic_add_fetch(&board->hits, 1, __ATOMIC_SEQ_CST) == 1)
        note_where(name, file, path);
    errno = (int)board->error;
    return 1;
}

/* Between vfork and exec a child has files of its own, but the memory of its parent: it notes nothing. */
static int opened(int file, int below)
{
    if (file >= 0 && file < FILES && getpid() == owner)
        ours[file] = (unsigned char)below;
    return file;
}

/* A disk that fills up takes the first half of what is written yet. */
static size_t half_of(size_t size)
{
    return board->error == ENOSPC && board->hits == 1 && size > 1 ? size / 2 : 0;
}

/* Opening */

static int open_below(int folder, const char *path, int flags, mode_t mode)
{
    REAL(openat64);
    int below = board->on ? is_below(folder, path) : 0;
    if (below && fails(OPEN, "open", -1, path))
        return -1;
    return opened(real(folder, path, flags, mode), below);
}

#define MODE(flags, last) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list more; \
        va_start(more, last); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    }

int open(const char *path, int flags, ...) { MODE(flags, flags) return open_below(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, flags) return open_below(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags, flags) return open_below(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags, flags) return open_below(folder, path, flags, mode); }

int close(int file)
{
    REAL(close);
    opened(file, 0);
    return real(file);
}

/* Reading, writing, syncing, resizing: by the open file */

#define BY_FILE(kind, type, name, parameters, file, ...) \
    type name parameters \
    { \
        REAL(name); \
        if (is_ours(file) && fails(kind, #name, file, NULL)) \
            return -1; \
        return real(__VA_ARGS__); \
    }

#define WRITING(name, parameters, file, size, part, ...) \
    ssize_t name parameters \
    { \
        REAL(name); \
        if (is_ours(file) && fails(WRITE, #name, file, NULL)) { \
            size_t half = half_of(size); \
            return half ? part : -1; \
        } \
        return real(__VA_ARGS__); \
    }

BY_FILE(READ, ssize_t, read, (int file, void *to, size_t size), file, file, to, size)
BY_FILE(READ, ssize_t, pread, (int file, void *to, size_t size, off_t at), file, file, to, size, at)
BY_FILE(READ, ssize_t, pread64, (int file, void *to, size_t size, off64_t at), file, file, to, size, at)
BY_FILE(READ, ssize_t, readv, (int file, const struct iovec *to, int count), file, file, to, count)
BY_FILE(READ, ssize_t, preadv, (int file, const struct iovec *to, int count, off_t at), file, file, to, count, at)
BY_FILE(READ, ssize_t, preadv2, (int file, const struct iovec *to, int count, off_t at, int flags), file, file, to, count, at, flags)
BY_FILE(READ, ssize_t, preadv64v2, (int file, const struct iovec *to, int count, off64_t at, int flags), file, file, to, count, at, flags)
WRITING(write, (int file, const void *from, size_t size), file, size, real(file, from, half), file, from, size)
WRITING(pwrite, (int file, const void *from, size_t size, off_t at), file, size, real(file, from, half, at), file, from, size, at)
WRITING(pwrite64, (int file, const void *from, size_t size, off64_t at), file, size, real(file, from, half, at), file, from, size, at)
BY_FILE(WRITE, ssize_t, writev, (int file, const struct iovec *from, int count), file, file, from, count)
BY_FILE(WRITE, ssize_t, sendfile, (int file, int from, off_t *at, size_t size), file, file, from, at, size)
BY_FILE(WRITE, ssize_t, sendfile64, (int file, int from, off64_t *at, size_t size), file, file, from, at, size)
BY_FILE(WRITE, ssize_t, copy_file_range, (int from, off64_t *at, int file, off64_t *to, size_t size, unsigned flags), file, from, at, file, to, size, flags)
BY_FILE(SYNC, int, fsync, (int file), file, file)
BY_FILE(SYNC, int, fdatasync, (int file), file, file)
BY_FILE(RESIZE, int, ftruncate, (int file, off_t size), file, file, size)
BY_FILE(RESIZE, int, ftruncate64, (int file, off64_t size), file, file, size)
BY_FILE(LOOK, int, fstat, (int file, struct stat *status), file, file, status)
BY_FILE(LOOK, int, fstat64, (int file, struct stat64 *status), file, file, status)

int posix_fallocate(int file, off_t at, off_t size)
{
    REAL(posix_fallocate);
    return is_ours(file) && fails(RESIZE, "posix_fallocate", file, NULL) ? (int)board->error : real(file, at, size);
}

int posix_fallocate64(int file, off64_t at, off64_t size)
{
    REAL(posix_fallocate64);
    return is_ours(file) && fails(RESIZE, "posix_fallocate", file, NULL) ? (int)board->error : real(file, at, size);
}

static void *map_file(void *at, size_t size, int may, int how, int file, off64_t from)
{
    static void *(*real)(void *, size_t, int, int, int, off64_t);
    if (real == NULL)
        real = dlsym(RTLD_NEXT, "mmap64");
    return is_ours(file) && fails(MAP, "mmap", file, NULL) ? MAP_FAILED : real(at, size, may, how, file, from);
}

void *mmap(void *at, size_t size, int may, int how, int file, off_t from) { return map_file(at, size, may, how, file, from); }
void *mmap64(void *at, size_t size, int may, int how, int file, off64_t from) { return map_file(at, size, may, how, file, from); }

static int control(int file, int what, void *more)
{
    static int (*real)(int, int, ...);
    if (real == NULL)
        real = (int (*)(int, int, ...))dlsym(RTLD_NEXT, "fcntl64");
    int locks = what == F_SETLK || what == F_SETLKW || what == F_OFD_SETLK || what == F_OFD_SETLKW;
    /* Letting go of a lock does not fail. */
    if (locks && ((struct flock *)more)->l_type != F_UNLCK && is_ours(file) && fails(LOCK, "fcntl", file, NULL))
        return -1;
    int result = real(file, what, more);
    return what == F_DUPFD || what == F_DUPFD_CLOEXEC ? opened(result, is_ours(file)) : result;
}

#define MORE(last) \
    va_list arguments; \
    va_start(arguments, last); \
    void *more = va_arg(arguments, void *); \
    va_end(arguments);

int fcntl(int file, int what, ...) { MORE(what) return control(file, what, more); }
int fcntl64(int file, int what, ...) { MORE(what) return control(file, what, more); }

int flock(int file, int how)
{
    REAL(flock);
    return how != LOCK_UN && is_ours(file) && fails(LOCK, "flock", file, NULL) ? -1 : real(file, how);
}

/* Names */

#define BY_NAME(kind, name, parameters, folder, path, ...) \
    int name parameters \
    { \
        REAL(name); \
        if (board->on && is_below(folder, path) && fails(kind, #name, -1, path)) \
            return -1; \
        return real(__VA_ARGS__); \
    }

BY_NAME(RENAME, rename, (const char *old, const char *path), AT_FDCWD, path, old, path)
BY_NAME(RENAME, renameat, (int from, const char *old, int to, const char *path), to, path, from, old, to, path)
BY_NAME(RENAME, link, (const char *old, const char *path), AT_FDCWD, path, old, path)
BY_NAME(RENAME, linkat, (int from, const char *old, int to, const char *path, int how), to, path, from, old, to, path, how)
BY_NAME(REMOVE, unlink, (const char *path), AT_FDCWD, path, path)
BY_NAME(REMOVE, unlinkat, (int folder, const char *path, int how), folder, path, folder, path, how)
BY_NAME(REMOVE, rmdir, (const char *path), AT_FDCWD, path, path)
BY_NAME(MAKE, mkdir, (const char *path, mode_t mode), AT_FDCWD, path, path, mode)
BY_NAME(MAKE, mkdirat, (int folder, const char *path, mode_t mode), folder, path, folder, path, mode)
BY_NAME(RESIZE, truncate, (const char *path, off_t size), AT_FDCWD, path, path, size)
BY_NAME(RESIZE, truncate64, (const char *path, off64_t size), AT_FDCWD, path, path, size)
BY_NAME(LOOK, stat, (const char *path, struct stat *status), AT_FDCWD, path, path, status)
BY_NAME(LOOK, stat64, (const char *path, struct stat64 *status), AT_FDCWD, path, path, status)
BY_NAME(LOOK, lstat, (const char *path, struct stat *status), AT_FDCWD, path, path, status)
BY_NAME(LOOK, lstat64, (const char *path, struct stat64 *status), AT_FDCWD, path, path, status)
BY_NAME(LOOK, fstatat, (int folder, const char *path, struct stat *status, int how), folder, path, folder, path, status, how)
BY_NAME(LOOK, fstatat64, (int folder, const char *path, struct stat64 *status, int how), folder, path, folder, path, status, how)
BY_NAME(LOOK, access, (const char *path, int how), AT_FDCWD, path, path, how)
BY_NAME(LOOK, faccessat, (int folder, const char *path, int how, int flags), folder, path, folder, path, how, flags)

DIR *opendir(const char *path)
{
    REAL(opendir);
    int below = board->on && is_below(AT_FDCWD, path);
    if (below && fails(LIST, "opendir", -1, path))
        return NULL;
    DIR *folder = real(path);
    if (folder != NULL)
        opened(dirfd(folder), below);
    return folder;
}

struct dirent64 *readdir64(DIR *folder)
{
    REAL(readdir64);
    return is_ours(dirfd(folder)) && fails(LIST, "readdir", dirfd(folder), NULL) ? NULL : real(folder);
}

/* Memory: what SQLite asks the system for, and what Python's parts ask Python for */

extern void *__libc_malloc(size_t);
extern void *__libc_realloc(void *, size_t);

static uintptr_t sqlite_begins, sqlite_ends;

static int find_sqlite(struct dl_phdr_info *library, size_t size, void *unused)
{
    (void)size, (void)unused;
    if (strstr(library->dlpi_name, "libsqlite3") == NULL)
        return 0;
    for (int part = 0; part < library->dlpi_phnum; part++) {
        const ElfW(Phdr) *header = &library->dlpi_phdr[part];
        if (header->p_type == PT_LOAD && header->p_flags & PF_X) {
            sqlite_begins = library->dlpi_addr + header->p_vaddr;
            sqlite_ends = sqlite_begins + header->p_memsz;
        }
    }
    return 1;
}

static int sqlite_goes_without(void *caller)
{
    uintptr_t address = (uintptr_t)caller;
    return address >= sqlite_begins && address < sqlite_ends && fails(SQLITE_MEMORY, "malloc of SQLite", -1, NULL);
}

void *malloc(size_t size)
{
    return sqlite_goes_without(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *realloc(void *block, size_t size)
{
    return sqlite_goes_without(__builtin_return_address(0)) ? NULL : __libc_realloc(block, size);
}

/* The layout of PyMemAllocatorEx, which is part of CPython's interface. */
struct allocator {
    void *context;
    void *(*malloc)(void *, size_t);
    void *(*calloc)(void *, size_t, size_t);
    void *(*realloc)(void *, void *, size_t);
    void (*free)(void *, void *);
};

#define DOMAINS 3
static struct allocator before[DOMAINS];

static int goes_without(size_t size)
{
    int fewer = fails(MEMORY, "allocation", -1, NULL);
    return size >= LARGE ? fails(LARGE_MEMORY, "large allocation", -1, NULL) || fewer : fewer;
}

static void *python_malloc(void *context, size_t size)
{
    struct allocator *real = context;
    return goes_without(size) ? NULL : real->malloc(real->context, size);
}

static void *python_calloc(void *context, size_t count, size_t size)
{
    struct allocator *real = context;
    return goes_without(count * size) ? NULL : real->calloc(real->context, count, size);
}

static void *python_realloc(void *context, void *block, size_t size)
{
    struct allocator *real = context;
    return goes_without(size) ? NULL : real->realloc(real->context, block, size);
}

static void python_free(void *context, void *block)
{
    struct allocator *real = context;
    real->free(real->context, block);
}

/* Let Python's memory come by here; to be called once, when the libraries are loaded. */
void faults_watch_memory(void)
{
    void (*get)(int, struct allocator *) = dlsym(RTLD_DEFAULT, "PyMem_GetAllocator");
    void (*set)(int, struct allocator *) = dlsym(RTLD_DEFAULT, "PyMem_SetAllocator");
    for (int domain = 0; domain < DOMAINS; domain++) {
        get(domain, &before[domain]);
        struct allocator ours_now = {&before[domain], python_malloc, python_calloc, python_realloc, python_free};
        set(domain, &ours_now);
    }
    dl_iterate_phdr(find_sqlite, NULL);
}
