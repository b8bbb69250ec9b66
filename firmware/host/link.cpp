#include "link.h"

#include <cerrno>
#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

namespace {

long read_some(int fd, uint8_t* bytes, size_t room) {
  const ssize_t n = ::read(fd, bytes, room);
  if (n > 0) return n;
  return n < 0 && errno == EAGAIN ? 0 : -1;
}

}  // namespace

PtyLink::PtyLink(const std::string& path) : path_(path) {
  termios raw = termios();
  cfmakeraw(&raw);
  raw.c_cflag |= CREAD | CLOCAL;
  char name[128];
  if (openpty(&master_, &slave_, name, &raw, nullptr) != 0) return;
  fcntl(master_, F_SETFL, O_NONBLOCK);
  unlink(path.c_str());
  if (symlink(name, path.c_str()) != 0) {
    close(master_);
    master_ = -1;
  }
}

PtyLink::~PtyLink() {
  if (master_ >= 0) unlink(path_.c_str());
}

long PtyLink::read(uint8_t* bytes, size_t room) {
  const long n = read_some(master_, bytes, room);
  return n < 0 ? 0 : n;
}

// Like a port that nobody reads: what finds no room is gone.
void PtyLink::write(const uint8_t* bytes, size_t n) {
  while (n > 0) {
    const ssize_t done = ::write(master_, bytes, n);
    if (done <= 0) return;
    bytes += done;
    n -= static_cast<size_t>(done);
  }
}

StdioLink::StdioLink() { fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK); }

long StdioLink::read(uint8_t* bytes, size_t room) { return read_some(STDIN_FILENO, bytes, room); }

void StdioLink::write(const uint8_t* bytes, size_t n) {
  while (n > 0) {
    const ssize_t done = ::write(STDOUT_FILENO, bytes, n);
    if (done < 0 && errno != EAGAIN) return;
    if (done < 0) continue;
    bytes += done;
    n -= static_cast<size_t>(done);
  }
}
