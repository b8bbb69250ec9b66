// A device on the test bench: the core on a board of plain memory, and a link of byte vectors.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "../gripforce/src/core/device.h"
#include "../gripforce/src/core/messages.h"

namespace bench {

using Bytes = std::vector<uint8_t>;

inline Bytes framed(const Bytes& payload) {
  Bytes frame(payload.size() + gripforce::kFrameOverhead);
  for (size_t i = 0; i < payload.size(); ++i) frame[i + 1] = payload[i];
  gripforce::seal(frame.data(), static_cast<uint8_t>(payload.size()));
  return frame;
}

// EEPROM that can lose its power: after `writes_left` writes it takes no more, and the one that
// was under way leaves a byte that is neither the old nor the new.
struct PlainStorage : gripforce::Storage {
  Bytes bytes = Bytes(1024, 0xFF);
  long writes_left = -1;
  long writes = 0;
  uint8_t read(uint16_t address) override { return bytes.at(address); }
  void write(uint16_t address, uint8_t value) override {
    ++writes;
    if (writes_left == 0) return;
    bytes.at(address) = writes_left == 1 ? static_cast<uint8_t>(value ^ 0x5A) : value;
    if (writes_left > 0) --writes_left;
    if (writes_left == 0) return;
  }
};

struct PlainBoard : gripforce::Board {
  std::vector<gripforce::StreamInfo> streams;
  uint32_t now = 0;
  bool present = true;
  uint16_t capacity = 0;
  int starts = 0, stops = 0, pulses = 0;
  bool high = false;
  uint16_t pulse_ms = 0;
  std::deque<gripforce::Edge> edges;

  uint32_t tick_us() override { return now; }
  gripforce::StreamInfo stream(uint8_t s) override { return streams.at(s); }
  gripforce::ChannelInfo channel(uint8_t s, uint8_t i) override {
    return {static_cast<uint8_t>(s + i + 1), gripforce::kVolt, 1118, -12, 8388607, 0};
  }
  uint16_t capacity_dn(uint8_t kind) override { return kind <= gripforce::kGripIndex ? capacity : uint16_t{0}; }
  bool start() override { return ++starts, present; }
  void stop() override { ++stops; }
  bool set_rate(uint8_t s, uint32_t rate_mhz) override {
    streams.at(s).rate_mhz = rate_mhz < 750000 ? 500000 : 1000000;
    return true;
  }
  uint16_t flags() override { return present ? 0 : gripforce::kConverterIsAbsent; }
  uint16_t adc_errors() override { return 3; }
  uint16_t battery_mv() override { return 0; }
  uint16_t self_test() override { return present ? 0 : gripforce::kConverterFailed; }
  bool digital_out(uint8_t line, bool level, uint16_t ms) override {
    if (line != 0) return false;
    ++pulses;
    high = level;
    pulse_ms = ms;
    return true;
  }
  bool next_edge(gripforce::Edge* edge) override {
    if (edges.empty()) return false;
    *edge = edges.front();
    edges.pop_front();
    return true;
  }
};

class Bench {
 public:
  explicit Bench(std::vector<gripforce::StreamInfo> streams, gripforce::Place blocks = 4,
                 uint8_t payload = 204)
      : memory_(static_cast<size_t>(blocks) * gripforce::Ring::block_bytes(payload)),
        states_(streams.size()),
        talk_(250),
        notice_(gripforce::Device::notice_bytes(static_cast<uint8_t>(streams.size()))),
        ring(memory_.data(), blocks, payload),
        sampler(ring, states_.data(), static_cast<uint8_t>(streams.size())),
        calibration(storage, 64, 240),
        device(board, identity, ring, sampler, calibration, storage, 32,
               {talk_.data(), static_cast<uint8_t>(talk_.size()), notice_.data(),
                static_cast<uint8_t>(notice_.size())}) {
    board.streams = streams;
    device.begin();
  }

  void feed(const Bytes& bytes, uint8_t link = 0) {
    for (uint8_t byte : bytes) {
      while (device.busy()) pull();
      device.receive(byte, board.now, link);
    }
  }
  void ask(const Bytes& payload, uint8_t link = 0) { feed(framed(payload), link); }

  // Sends one frame, if there is one, and tells the payload in it.
  bool pull() {
    const gripforce::Frame frame = device.next_frame();
    if (frame.size == 0) return false;
    wire.insert(wire.end(), frame.bytes, frame.bytes + frame.size);
    Bytes payload(252);
    gripforce::FrameReader reader(payload.data(), 252);
    gripforce::FrameReader::Result result = gripforce::FrameReader::kNothing;
    for (uint16_t i = 0; i < frame.size; ++i) result = reader.feed(frame.bytes[i]);
    payload.resize(reader.size());
    sound = sound && result == gripforce::FrameReader::kPayload;
    sent.push_back(payload);
    links.push_back(device.addressee());
    return true;
  }
  void drain() {
    while (pull()) {
    }
  }
  // What the device sent since the last call.
  std::vector<Bytes> heard() {
    drain();
    std::vector<Bytes> all;
    all.swap(sent);
    return all;
  }
  // One sample whose bytes tell its stream and number.
  void sample(uint8_t s, uint32_t number, uint8_t flags = 0, uint32_t missed = 0) {
    Bytes bytes(states_.at(s).sample_bytes());
    for (size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<uint8_t>(i % 3 == 0 ? number : i % 3 == 1 ? number >> 8 : i + s);
    }
    device.take(s, bytes.data(), board.now, flags, missed);
  }

 private:
  Bytes memory_;
  std::vector<gripforce::StreamState> states_;
  Bytes talk_, notice_;

 public:
  const uint8_t uid[3] = {1, 2, 3};
  gripforce::Identity identity = {"bench", uid, 3, 7, 0x27, 42, 0, 1, 0};
  PlainBoard board;
  PlainStorage storage;
  gripforce::Ring ring;
  gripforce::Sampler sampler;
  gripforce::CalibrationStore calibration;
  gripforce::Device device;
  Bytes wire;
  std::vector<Bytes> sent;
  std::vector<uint8_t> links;  // to which each of all frames went
  bool sound = true;
};

inline gripforce::StreamInfo force_stream() { return {24, 4, 16, 1000000, 750}; }
inline gripforce::StreamInfo cell_stream() { return {24, 1, 8, 80000, 25000}; }

inline Bytes calibration_block(uint8_t n, uint8_t seed) {
  Bytes block = {1, n, seed, 0, 0, 0};
  while (block.size() < 6u + 4u * n + 4u * n * n) {
    block.push_back(static_cast<uint8_t>(block.size() * 7 + seed));
  }
  uint16_t sum = 0xFFFF;
  for (uint8_t byte : block) {
    sum = static_cast<uint16_t>(sum ^ byte << 8);
    for (int bit = 0; bit < 8; ++bit) {
      sum = static_cast<uint16_t>(sum & 0x8000 ? sum << 1 ^ 0x1021 : sum << 1);
    }
  }
  block.push_back(static_cast<uint8_t>(sum));
  block.push_back(static_cast<uint8_t>(sum >> 8));
  return block;
}

}  // namespace bench
