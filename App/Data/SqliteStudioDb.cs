using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Downbeat.Data;

/// <summary>The embedded default: one file, one process.</summary>
internal sealed class SqliteStudioDb(DbContextOptions<SqliteStudioDb> options) : StudioDb(options)
{
    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder conventions)
    {
        base.ConfigureConventions(conventions);

        // SQLite has no time type that it can sort; UTC ticks can be.
        conventions.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();
    }

    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(time => time.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    internal sealed class DesignTime : IDesignTimeDbContextFactory<SqliteStudioDb>
    {
        public SqliteStudioDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<SqliteStudioDb>().UseSqlite("Data Source=design.db").Options);
    }
}
