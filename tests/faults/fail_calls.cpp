// Loaded before the C library (LD_PRELOAD): makes one call of the system fail, so that every failing disk can
// be met. FAIL_CALL=name:n:errno: the n-th call of `name` (pwrite, fsync, rename, ftruncate) on a file of the
// result fails, and every later one of it.
#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

std::atomic<int> calls{0};

struct Wish {
  char name[16] = "";
  int first = 0, error = 0;
};

Wish wish() {
  Wish out;
  const char* text = std::getenv("FAIL_CALL");
  if (text == nullptr || std::sscanf(text, "%15[^:]:%d:%d", out.name, &out.first, &out.error) != 3) return {};
  return out;
}

bool fails(const char* name) {
  static const Wish wanted = wish();
  if (std::strcmp(wanted.name, name) != 0 || ++calls < wanted.first) return false;
  errno = wanted.error;
  return true;
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t pwrite(int file, const void* data, size_t size, off_t at) {
  return fails("pwrite") ? -1
                         : next<ssize_t(int, const void*, size_t, off_t)>("pwrite")(file, data, size, at);
}

ssize_t pwrite64(int file, const void* data, size_t size, off64_t at) {
  return fails("pwrite") ? -1
                         : next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64")(file, data, size, at);
}

ssize_t write(int file, const void* data, size_t size) {
  return file > 2 && fails("pwrite") ? -1
                                     : next<ssize_t(int, const void*, size_t)>("write")(file, data, size);
}

int fsync(int file) { return fails("fsync") ? -1 : next<int(int)>("fsync")(file); }

int ftruncate(int file, off_t size) noexcept {
  return fails("ftruncate") ? -1 : next<int(int, off_t)>("ftruncate")(file, size);
}

int ftruncate64(int file, off64_t size) noexcept {
  return fails("ftruncate") ? -1 : next<int(int, off64_t)>("ftruncate64")(file, size);
}

int rename(const char* from, const char* to) noexcept {
  return fails("rename") ? -1 : next<int(const char*, const char*)>("rename")(from, to);
}

int renameat2(int a, const char* from, int b, const char* to, unsigned flags) noexcept {
  return fails("rename")
             ? -1
             : next<int(int, const char*, int, const char*, unsigned)>("renameat2")(a, from, b, to, flags);
}
}
