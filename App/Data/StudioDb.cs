using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Data;

/// <summary>
/// The studio's database. It knows no room: each room brings its tables as <see cref="IEntityTypeConfiguration{TEntity}"/> in its own folder and reads them through
/// an extension property such as <c>db.Songs</c>.
/// </summary>
public abstract class StudioDb(DbContextOptions options) : IdentityDbContext<User, IdentityRole<Guid>, Guid>(options), IDataProtectionKeyContext
{
    /// <summary>The keys that sign-ins are sealed with.</summary>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<User>().Property(user => user.DisplayName).HasMaxLength(100);
        builder.ApplyConfigurationsFromAssembly(typeof(StudioDb).Assembly);
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder conventions) => conventions.Properties<Enum>().HaveConversion<string>().HaveMaxLength(24);
}
