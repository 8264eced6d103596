SELECT * FROM platform.read_project({organisation}::uuid, NULL, {key}, {project}::uuid);
