SELECT * FROM platform.read_project({organisation}::uuid, {user}::uuid, NULL, {project}::uuid);
