// The core as a process: the same code that runs on the board, with simulated cells, on a pty or on
// the standard streams. For trying a host without a board, and as the pattern of another board.
//
//   gripforce-host --link PATH | --stdio  [--waveform CSV] [--blocks N]
//                  [--drop SHARE] [--corrupt SHARE] [--stall S] [--seed N]
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "link.h"
#include "plain_board.h"

using namespace gripforce;

namespace {

volatile sig_atomic_t stop_asked = 0;

void ask_stop(int) { stop_asked = 1; }

struct Options {
  std::string link, waveform;
  bool stdio = false;
  int blocks = 128;
  double drop = 0, corrupt = 0, stall_s = 0;
  unsigned seed = 1;
};

// What the cells say: rows of a file, or a slow squeeze that needs none.
class Cells {
 public:
  bool load(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    while (std::getline(file, line)) {
      double v[5];
      if (std::sscanf(line.c_str(), "%lf,%lf,%lf,%lf,%lf", v, v + 1, v + 2, v + 3, v + 4) == 5) {
        t_s_.push_back(v[0]);
        for (int c = 0; c < kChannels; ++c) counts_.push_back(std::lround(v[1 + c]));
      }
    }
    return !t_s_.empty();
  }
  long at(double t_s, uint8_t channel) {
    if (t_s_.empty()) {
      const double squeeze = 1 - std::cos(2 * 3.14159265358979 * 0.5 * t_s);
      return std::lround(squeeze * (channel < 2 ? 400000 : 250000)) + 1000 * channel;
    }
    while (row_ + 1 < t_s_.size() && t_s_[row_ + 1] <= t_s) ++row_;
    return counts_[row_ * kChannels + channel];
  }
  void rewind() { row_ = 0; }

 private:
  std::vector<double> t_s_;
  std::vector<long> counts_;
  size_t row_ = 0;
};

class PlainStorage : public Storage {
 public:
  PlainStorage() : bytes_(1024, 0xFF) {}
  uint8_t read(uint16_t address) override { return bytes_.at(address); }
  void write(uint16_t address, uint8_t value) override { bytes_.at(address) = value; }

 private:
  std::vector<uint8_t> bytes_;
};

class HostBoard : public PlainBoard {
 public:
  explicit HostBoard(Cells& cells) : cells_(cells), begun_(std::chrono::steady_clock::now()) {}

  uint32_t tick_us() override { return static_cast<uint32_t>(elapsed_us()); }
  StreamInfo stream(uint8_t) override {
    return {24, kChannels, kBlockSamples, rate_mhz_, 0};
  }
  bool start() override {
    first_us_ = elapsed_us();
    samples_ = 0;
    cells_.rewind();
    return true;
  }
  bool set_rate(uint8_t, uint32_t rate_mhz) override {
    rate_mhz_ = rate_mhz < 100000 ? 100000 : rate_mhz > 4000000 ? 4000000 : rate_mhz;
    return true;
  }

  // Hands on the samples that are due by now.
  void sample(Device& device) {
    for (uint64_t due; device.streaming() && (due = due_us()) <= elapsed_us(); ++samples_) {
      const double at_s = static_cast<double>(due - first_us_) * 1e-6;
      take(device, static_cast<uint32_t>(due), [&](uint8_t c) { return cells_.at(at_s, c); });
    }
  }

 private:
  uint64_t elapsed_us() const {
    const auto spent = std::chrono::steady_clock::now() - begun_;
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(spent).count());
  }
  uint64_t due_us() const { return first_us_ + samples_ * 1000000000u / rate_mhz_; }

  Cells& cells_;
  std::chrono::steady_clock::time_point begun_;
  uint32_t rate_mhz_ = 1000000;
  uint64_t first_us_ = 0, samples_ = 0;
};

// A bad line: frames vanish, arrive with a wrong bit, or wait.
class Faults {
 public:
  explicit Faults(const Options& options) : options_(options), random_(options.seed) {}

  void send(Link& link, const Frame& frame) {
    std::uniform_real_distribution<double> share(0, 1);
    if (share(random_) < options_.drop) return;
    std::vector<uint8_t> bytes(frame.bytes, frame.bytes + frame.size);
    if (share(random_) < options_.corrupt) bytes[random_() % (bytes.size() - 1)] ^= 0x10;
    held_.insert(held_.end(), bytes.begin(), bytes.end());
    const auto now = std::chrono::steady_clock::now();
    if (options_.stall_s > 0 && now - last_ < std::chrono::duration<double>(options_.stall_s)) return;
    last_ = now;
    link.write(held_.data(), held_.size());
    held_.clear();
  }

 private:
  Options options_;
  std::mt19937 random_;
  std::vector<uint8_t> held_;
  std::chrono::steady_clock::time_point last_;
};

bool read_options(int argc, char** argv, Options* options) {
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--stdio") {
      options->stdio = true;
      continue;
    }
    if (++i == argc) return false;
    const char* value = argv[i];
    if (name == "--link") options->link = value;
    else if (name == "--waveform") options->waveform = value;
    else if (name == "--blocks") options->blocks = std::atoi(value);
    else if (name == "--drop") options->drop = std::atof(value);
    else if (name == "--corrupt") options->corrupt = std::atof(value);
    else if (name == "--stall") options->stall_s = std::atof(value);
    else if (name == "--seed") options->seed = static_cast<unsigned>(std::atoi(value));
    else return false;
  }
  const bool one_link = options->stdio != !options->link.empty();
  return one_link && options->blocks >= 3 && options->blocks <= 255;
}

int run(const Options& options, Cells& cells, Link& link) {
  const uint8_t uid[4] = {0x68, 0x6F, static_cast<uint8_t>(options.seed >> 8),
                          static_cast<uint8_t>(options.seed)};
  const Identity identity = {"host", uid, 4, 0, kCanResend | kCanStore | kCanDigitalOut | kCanSetRate,
                             0, 0, 1, 0};
  const uint8_t blocks = static_cast<uint8_t>(options.blocks);
  std::vector<uint8_t> memory(static_cast<size_t>(blocks) * Ring::block_bytes(kPayload));
  std::vector<uint8_t> talk(250), notice(Device::notice_bytes(1));
  StreamState state;
  HostBoard board(cells);
  PlainStorage storage;
  Ring ring(memory.data(), blocks, kPayload);
  Sampler sampler(ring, &state, 1);
  CalibrationStore calibration(storage, 64, 240);
  Device device(board, identity, ring, sampler, calibration, storage, 8,
                {talk.data(), 250, notice.data(), Device::notice_bytes(1)});
  Faults faults(options);
  device.begin();
  uint8_t bytes[512];
  long from = 0, to = 0;
  while (stop_asked == 0) {
    board.sample(device);
    if (from == to) {
      from = 0;
      to = link.read(bytes, sizeof bytes);
      if (to < 0) return 0;
    }
    while (from < to && !device.busy()) device.receive(bytes[from++], board.tick_us());
    Frame frame = device.next_frame();
    const bool quiet = frame.size == 0 && from == to;
    for (; frame.size != 0; frame = device.next_frame()) faults.send(link, frame);
    if (quiet) std::this_thread::sleep_for(std::chrono::microseconds(500));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, &options)) {
    std::fprintf(stderr, "gripforce-host --link PATH | --stdio [--waveform CSV] [--blocks 3..255]\n"
                         "    [--drop SHARE] [--corrupt SHARE] [--stall S] [--seed N]\n");
    return 2;
  }
  Cells cells;
  if (!options.waveform.empty() && !cells.load(options.waveform)) {
    std::fprintf(stderr, "gripforce-host: no waveform in %s\n", options.waveform.c_str());
    return 1;
  }
  std::signal(SIGINT, ask_stop);
  std::signal(SIGTERM, ask_stop);
  if (options.stdio) {
    StdioLink link;
    return run(options, cells, link);
  }
  PtyLink link(options.link);
  if (!link.ok()) {
    std::fprintf(stderr, "gripforce-host: no pty at %s\n", options.link.c_str());
    return 1;
  }
  return run(options, cells, link);
}
