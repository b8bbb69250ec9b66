// The way to the host, as little as there is to it: bytes in, bytes out. A pty and the standard
// streams are two of them; whoever has another (a BLE peripheral, say) runs `--stdio` behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

class Link {
 public:
  virtual ~Link() {}
  // What has come, at most `room` bytes, 0 where nothing has; -1 when the other side has gone.
  virtual long read(uint8_t* bytes, size_t room) = 0;
  virtual void write(const uint8_t* bytes, size_t n) = 0;
};

// A pty with a symbolic link to it, which the destructor takes away again.
class PtyLink : public Link {
 public:
  explicit PtyLink(const std::string& path);
  ~PtyLink() override;
  bool ok() const { return master_ >= 0; }
  long read(uint8_t* bytes, size_t room) override;
  void write(const uint8_t* bytes, size_t n) override;

 private:
  int master_ = -1, slave_ = -1;
  std::string path_;
};

// Raw frames on standard input and output; ends with its input.
class StdioLink : public Link {
 public:
  StdioLink();
  long read(uint8_t* bytes, size_t room) override;
  void write(const uint8_t* bytes, size_t n) override;
};
