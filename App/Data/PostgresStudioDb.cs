using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Downbeat.Data;

/// <summary>The database of a studio with several instances.</summary>
internal sealed class PostgresStudioDb(DbContextOptions<PostgresStudioDb> options) : StudioDb(options)
{
    internal sealed class DesignTime : IDesignTimeDbContextFactory<PostgresStudioDb>
    {
        public PostgresStudioDb CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<PostgresStudioDb>().UseNpgsql("Host=localhost;Database=design").Options);
    }
}
