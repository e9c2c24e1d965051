#pragma once
#include "CSandbox.h"
