#include "frame.h"

#include "bytes.h"
#include "crc16.h"

namespace gripforce {

Frame seal(uint8_t* frame, uint8_t payload_size) {
  uint8_t* payload = frame + kFrameHead;
  put16(payload + payload_size, crc16(payload, payload_size));
  const uint8_t end = static_cast<uint8_t>(kFrameHead + payload_size + 2);
  uint8_t code_at = 0;
  for (uint8_t i = 1; i != end; ++i) {
    if (frame[i] == 0) {
      frame[code_at] = static_cast<uint8_t>(i - code_at);
      code_at = i;
    }
  }
  frame[code_at] = static_cast<uint8_t>(end - code_at);
  frame[end] = 0;
  return Frame{frame, static_cast<uint16_t>(end + 1)};
}

void unseal(uint8_t* frame) {
  uint16_t at = 0;
  while (frame[at] != 0) {
    const uint8_t code = frame[at];
    frame[at] = 0;
    at = static_cast<uint16_t>(at + code);
  }
}

FrameReader::Result FrameReader::feed(uint8_t byte) {
  if (byte == 0) return finish();
  if (run_ == 0) {
    if (zero_due_) decoded(0);
    run_ = byte;
    zero_due_ = byte != 0xFF;
    started_ = true;
  } else {
    decoded(byte);
  }
  --run_;
  return kNothing;
}

void FrameReader::decoded(uint8_t byte) {
  if (length_ >= 2) {
    const uint8_t at = static_cast<uint8_t>(length_ - 2);
    if (at < room_) payload_[at] = last_[0];
    crc_ = crc16_add(crc_, last_[0]);
  }
  last_[0] = last_[1];
  last_[1] = byte;
  if (length_ == kMaxPayload + 2) {
    broken_ = true;  // a lost delimiter, or noise: the next zero makes it whole
  } else {
    ++length_;
  }
}

FrameReader::Result FrameReader::finish() {
  Result result = kNothing;
  if (started_) {
    const bool sound = !broken_ && run_ == 0 && length_ > 2 && crc_ == get16(last_);
    size_ = sound ? static_cast<uint8_t>(length_ - 2) : 0;
    result = !sound ? kCorrupt : size_ > room_ ? kTooLong : kPayload;
  }
  run_ = 0;
  started_ = zero_due_ = broken_ = false;
  length_ = 0;
  crc_ = kCrcInit;
  return result;
}

}  // namespace gripforce
