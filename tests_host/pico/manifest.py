# What every image of ours has frozen in: the port's own start-up and asyncio. A manifest that freezes more includes this one.
freeze("$(PORT_DIR)/modules")
include("$(MPY_DIR)/extmod/asyncio")
