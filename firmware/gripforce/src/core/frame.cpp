#include "frame.h"

#include "bytes.h"
#include "crc16.h"

namespace gripforce {

Frame seal(uint8_t* frame, uint8_t payload_size) {
  uint8_t* payload = frame + kFrameHead;
  put16(payload + payload_size, crc16(payload, payload_size));
  uint8_t* const end = payload + payload_size + 2;
  uint8_t* code = frame;
  for (uint8_t* at = payload; at != end; ++at) {
    if (*at == 0) {
      *code = static_cast<uint8_t>(at - code);
      code = at;
    }
  }
  *code = static_cast<uint8_t>(end - code);
  *end = 0;
  return Frame{frame, static_cast<uint16_t>(end + 1 - frame)};
}

void unseal(uint8_t* frame) {
  while (*frame != 0) {
    const uint8_t code = *frame;
    *frame = 0;
    frame += code;
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
