#if !defined(__AVR__)

#include "usb_link.h"

#include <Arduino.h>
#include <USB/PluggableUSBSerial.h>

namespace gripforce {

namespace {
// Somebody has the port open and does not read: the radio must not wait for him.
constexpr uint32_t kPatienceUs = 50000;
}  // namespace

void UsbLink::begin() { Serial.begin(115200); }  // USB knows no baud rate

bool UsbLink::connected() const { return _SerialUSB.connected(); }

void UsbLink::poll() {
  while (inbox_.has_room() && Serial.available() > 0) {
    inbox_.put(static_cast<uint8_t>(Serial.read()), micros());
  }
  push();
}

void UsbLink::send(const Frame& frame) {
  next_byte_ = frame.bytes;
  bytes_left_ = frame.size;
  moved_tick_ = micros();
  push();
}

// Serial is a UART in front of the USB port: its write() waits for as long as the other side
// pleases. The port itself, _SerialUSB, has send_nb(), which does not.
void UsbLink::push() {
  if (bytes_left_ == 0) return;
  uint32_t taken = 0;
  _SerialUSB.send_nb(const_cast<uint8_t*>(next_byte_), bytes_left_, &taken);
  next_byte_ += taken;
  bytes_left_ = static_cast<uint16_t>(bytes_left_ - taken);
  const uint32_t now = micros();
  if (taken != 0) moved_tick_ = now;
  if (!connected() || now - moved_tick_ > kPatienceUs) bytes_left_ = 0;
}

}  // namespace gripforce

#endif
