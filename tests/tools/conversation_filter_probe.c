/* Preloaded into tshark: after each packet's dissection it prints what the conversation filters
 * named "MPTCP ..." would offer for it: frame, label and filter, tab-separated, to standard error.
 * In Wireshark itself only the menus ask them. For the functions of Wireshark 4.0. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include <wireshark.h>

#include <epan/conversation_filter.h>
#include <epan/epan_dissect.h>
#include <epan/packet.h>

static void ask(packet_info *pinfo) {
    for (GList *entry = packet_conv_filter_list; entry != NULL; entry = entry->next) {
        const conversation_filter_t *filter = entry->data;
        if (strncmp(filter->display_name, "MPTCP ", 6) == 0 &&
            filter->is_filter_valid(pinfo)) {
            char *words = filter->build_filter_string(pinfo);
            fprintf(stderr, "%u\t%s\t%s\n", pinfo->num, filter->display_name, words);
            g_free(words);
        }
    }
}

void epan_dissect_run_with_taps(epan_dissect_t *edt, int file_type_subtype, wtap_rec *rec,
                                tvbuff_t *tvb, frame_data *fd, struct epan_column_info *cinfo) {
    typedef void (*run)(epan_dissect_t *, int, wtap_rec *, tvbuff_t *, frame_data *,
                        struct epan_column_info *);
    run original = (run)dlsym(RTLD_NEXT, "epan_dissect_run_with_taps");
    original(edt, file_type_subtype, rec, tvb, fd, cinfo);
    ask(&edt->pi);
}
