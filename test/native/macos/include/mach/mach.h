// SPDX-License-Identifier: GPL-3.0-or-later
// What native/platform uses of Apple's <mach/mach.h>: declarations alone.
#pragma once

#include <pthread.h>

#include <cstdint>

#include "mach/thread_policy.h"

extern "C" {
using kern_return_t = int;
using mach_port_t = unsigned;
using mach_msg_type_number_t = unsigned;
using host_info64_t = int*;
using task_info_t = int*;
constexpr kern_return_t KERN_SUCCESS = 0;

struct vm_statistics64_data_t {
  unsigned free_count, active_count, inactive_count, wire_count;
};
constexpr int HOST_VM_INFO64 = 4;
constexpr mach_msg_type_number_t HOST_VM_INFO64_COUNT = 38;
extern unsigned long vm_kernel_page_size;
mach_port_t mach_host_self();
kern_return_t host_statistics64(mach_port_t host, int flavor, host_info64_t info,
                                mach_msg_type_number_t* count);

struct mach_task_basic_info {
  std::uint64_t virtual_size, resident_size, resident_size_max;
};
constexpr unsigned MACH_TASK_BASIC_INFO = 20;
constexpr mach_msg_type_number_t MACH_TASK_BASIC_INFO_COUNT = 12;
mach_port_t mach_task_self();
kern_return_t mach_port_deallocate(mach_port_t task, mach_port_t name);
kern_return_t task_info(mach_port_t task, unsigned flavor, task_info_t info,
                        mach_msg_type_number_t* count);

kern_return_t thread_policy_set(mach_port_t thread, unsigned flavor, thread_policy_t policy,
                                mach_msg_type_number_t count);
mach_port_t pthread_mach_thread_np(pthread_t thread);
}
