// Runs the core's tests; the argument is tests/vectors.txt.
#include <cstdio>

#include "check.h"

int failures = 0;

void test_vectors(const char* path);
void test_frames();
void test_blocks();
void test_conversation();
void test_watch();
void test_calibration();
void test_flash_log();

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  test_vectors(argv[1]);
  test_frames();
  test_blocks();
  test_conversation();
  test_watch();
  test_calibration();
  test_flash_log();
  if (failures == 0) std::printf("core: all checks hold\n");
  return failures == 0 ? 0 : 1;
}
