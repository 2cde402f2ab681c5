def declare_actions(): pass
