#include "emulator.h"

#include <stdlib.h>
#include <string.h>

#define STREAMS 5
#define FAULTS 20

struct list {
    size_t n, room, width; /* rows of 1 + width numbers: the cycle, and what there was */
    int64_t *rows;
};

struct truth {
    uint64_t start_cycle, longest_wait;
    struct list streams[STREAMS], triggers, ttl;
    struct {
        const char *name;
        unsigned times;
    } faults[FAULTS];
};

struct truth *truth_new(void) { return calloc(1, sizeof(struct truth)); }

static void append(struct list *list, uint64_t cycle, const int32_t *values, int n)
{
    size_t width = (size_t)n + 1;
    if (list->n == list->room) {
        list->room = list->room ? 2 * list->room : 1024;
        list->rows = realloc(list->rows, list->room * width * sizeof *list->rows);
    }
    list->width = (size_t)n;
    int64_t *row = list->rows + list->n++ * width;
    row[0] = (int64_t)cycle;
    for (int i = 0; i < n; i++) row[1 + i] = values[i];
}

/* Keeps the last conversion before: the firmware may read it after the start. */
static void keep_last(struct list *list)
{
    const size_t width = list->width + 1;
    if (list->n > 1) memmove(list->rows, list->rows + (list->n - 1) * width, width * sizeof *list->rows);
    if (list->n > 1) list->n = 1;
}

void truth_start(struct truth *t, uint64_t cycle)
{
    t->start_cycle = cycle;
    t->longest_wait = 0;
    for (int s = 0; s < STREAMS; s++) keep_last(&t->streams[s]);
    t->triggers.n = t->ttl.n = 0;
}

void truth_sample(struct truth *t, int stream, uint64_t cycle, const int32_t *counts, int n)
{
    append(&t->streams[stream], cycle, counts, n);
}

void truth_waited(struct truth *t, uint64_t cycles)
{
    if (cycles > t->longest_wait) t->longest_wait = cycles;
}

void truth_trigger(struct truth *t, uint64_t cycle, int level)
{
    append(&t->triggers, cycle, (const int32_t[]){level}, 1);
}

void truth_ttl(struct truth *t, uint64_t cycle, int level)
{
    append(&t->ttl, cycle, (const int32_t[]){level}, 1);
}

void truth_fault(struct truth *t, const char *name)
{
    for (int i = 0; i < FAULTS; i++) {
        if (!t->faults[i].name) t->faults[i].name = strdup(name);
        if (strcmp(t->faults[i].name, name) == 0) {
            t->faults[i].times++;
            return;
        }
    }
}

static void write_list(FILE *file, const struct list *list)
{
    fputc('[', file);
    for (size_t i = 0; i < list->n; i++) {
        const int64_t *row = list->rows + i * (list->width + 1);
        fputs(i ? ",\n[" : "[", file);
        for (size_t j = 0; j <= list->width; j++)
            fprintf(file, j ? ",%lld" : "%lld", (long long)row[j]);
        fputc(']', file);
    }
    fputc(']', file);
}

bool truth_write(const struct truth *t, const struct account *a, const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file) {
        fprintf(stderr, "emulator: cannot write %s\n", path);
        return false;
    }
    fprintf(file, "{\"frontend\": \"%s\", \"cpu_hz\": %u, \"start_cycle\": %llu,\n", a->frontend,
            CPU_HZ, (unsigned long long)t->start_cycle);
    fprintf(file, "\"cycles\": %llu, \"cycles_asleep\": %llu, \"bytes_sent\": %llu, ",
            (unsigned long long)a->cycles, (unsigned long long)a->asleep,
            (unsigned long long)a->bytes_sent);
    fprintf(file, "\"bytes_received\": %llu, \"resets\": %u, \"eeprom_writes\": %u, ",
            (unsigned long long)a->bytes_received, a->resets, a->eeprom_writes);
    fprintf(file, "\"since_start\": {\"cycles\": %llu, \"cycles_asleep\": %llu, \"bytes_sent\": %llu}, ",
            (unsigned long long)a->streaming_cycles, (unsigned long long)a->streaming_asleep,
            (unsigned long long)a->streaming_bytes);
    fprintf(file, "\"longest_wait_cycles\": %llu, ", (unsigned long long)t->longest_wait);
    fprintf(file, "\"ram_untouched\": %u,\n\"faults\": {", a->ram_untouched);
    for (int i = 0; i < FAULTS && t->faults[i].name; i++)
        fprintf(file, "%s\"%s\": %u", i ? ", " : "", t->faults[i].name, t->faults[i].times);
    fputs("},\n\"triggers\": ", file);
    write_list(file, &t->triggers);
    fputs(",\n\"ttl\": ", file);
    write_list(file, &t->ttl);
    fputs(",\n\"streams\": [", file);
    for (int s = 0; s < STREAMS && t->streams[s].width; s++) {
        fputs(s ? ",\n" : "", file);
        write_list(file, &t->streams[s]);
    }
    fputs("]}\n", file);
    return fclose(file) == 0;
}
