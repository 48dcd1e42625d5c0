using Downbeat.Caching;
using Downbeat.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Accounts;

/// <summary>Identity's user manager with the studio's two rules: a new account has a name to show, and the first one is the administrator.</summary>
internal sealed class Registrar(
    IUserStore<User> store,
    IOptions<IdentityOptions> options,
    IPasswordHasher<User> passwordHasher,
    IEnumerable<IUserValidator<User>> userValidators,
    IEnumerable<IPasswordValidator<User>> passwordValidators,
    ILookupNormalizer keyNormalizer,
    IdentityErrorDescriber errors,
    IServiceProvider services,
    ILogger<UserManager<User>> logger,
    RoleManager<IdentityRole<Guid>> roles,
    IDbContextFactory<StudioDb> databases,
    CacheRegions caches)
    : UserManager<User>(store, options, passwordHasher, userValidators, passwordValidators, keyNormalizer, errors, services, logger)
{
    /// <summary>Name of the administrators' role.</summary>
    public const string Administrator = "administrator";

    private readonly CacheRegion profiles = caches.Open("profile", TimeSpan.FromHours(1), mostMegabytes: 4, tag: "account");

    /// <summary>True while nobody runs the studio: the next account will.</summary>
    public async Task<bool> IsNewStudioAsync() => !await roles.RoleExistsAsync(Administrator);

    /// <summary>Who somebody is.</summary>
    /// <exception cref="StudioProblem">401 <c>auth.required</c>.</exception>
    public ValueTask<Profile> ProfileAsync(Guid userId, CancellationToken stop) => profiles.GetAsync(
        "",
        TagOf(userId),
        stop => ReadProfileAsync(userId, stop),
        stop);

    // With a context of its own: reading may go on when the request that asked has ended.
    private async ValueTask<Profile> ReadProfileAsync(Guid userId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        var user = await db.Users.Where(user => user.Id == userId).Select(user => new { user.Email, user.DisplayName }).FirstOrDefaultAsync(stop)
            ?? throw new StudioProblem(401, "auth.required", "This account no longer exists; sign in again.");
        var names = await db.UserRoles.Where(membership => membership.UserId == userId).Join(db.Roles, membership => membership.RoleId, role => role.Id, (_, role) => role.Name!).ToListAsync(stop);
        return new(userId, user.Email!, user.DisplayName, names);
    }

    /// <inheritdoc/>
    public override async Task<IdentityResult> DeleteAsync(User user)
    {
        var result = await base.DeleteAsync(user);
        await profiles.ForgetAsync(TagOf(user.Id));
        return result;
    }

    /// <inheritdoc/>
    public override async Task<IdentityResult> CreateAsync(User user)
    {
        if (user.DisplayName.Length == 0)
        {
            user.DisplayName = Http.DisplayName.Clean((user.Email ?? user.UserName ?? "").Split('@')[0], 100);
        }

        IdentityResult result;
        try
        {
            result = await base.CreateAsync(user);
        }
        catch (DbUpdateException e)
        {
            // Two registrations of one address at the same moment: the other one was first.
            Forget(e);
            return IdentityResult.Failed(ErrorDescriber.DuplicateEmail(user.Email ?? ""));
        }

        if (result.Succeeded && await FoundStudioAsync())
        {
            result = await AddToRoleAsync(user, Administrator);
        }

        return result;
    }

    /// <summary>Whatever is changed of a user, the roles too, comes by here.</summary>
    protected override async Task<IdentityResult> UpdateUserAsync(User user)
    {
        var result = await base.UpdateUserAsync(user);
        await profiles.ForgetAsync(TagOf(user.Id));
        return result;
    }

    private static string TagOf(Guid userId) => $"account:{userId:N}";

    /// <summary>True for exactly one caller: the one who makes the role, which the database lets exist once.</summary>
    private async Task<bool> FoundStudioAsync()
    {
        if (!await IsNewStudioAsync())
        {
            return false;
        }

        try
        {
            return (await roles.CreateAsync(new IdentityRole<Guid>(Administrator) { Id = Guid.CreateVersion7() })).Succeeded;
        }
        catch (DbUpdateException e)
        {
            Forget(e);
            return false;
        }
    }

    // Else the next save of this request would try the refused rows again.
    private static void Forget(DbUpdateException e)
    {
        foreach (var entry in e.Entries)
        {
            entry.State = EntityState.Detached;
        }
    }
}

/// <summary>Who somebody is.</summary>
internal sealed record Profile(Guid Id, string Email, string DisplayName, IList<string> Roles);
