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
    RoleManager<IdentityRole<Guid>> roles)
    : UserManager<User>(store, options, passwordHasher, userValidators, passwordValidators, keyNormalizer, errors, services, logger)
{
    /// <summary>Name of the administrators' role.</summary>
    public const string Administrator = "administrator";

    /// <inheritdoc/>
    public override async Task<IdentityResult> CreateAsync(User user)
    {
        if (user.DisplayName.Length == 0)
        {
            user.DisplayName = Http.DisplayName.Clean((user.Email ?? user.UserName ?? "").Split('@')[0], 100);
        }

        var result = await base.CreateAsync(user);
        if (result.Succeeded && await FoundStudioAsync())
        {
            result = await AddToRoleAsync(user, Administrator);
        }

        return result;
    }

    /// <summary>True for exactly one caller: the one who makes the role, which the database lets exist once.</summary>
    private async Task<bool> FoundStudioAsync()
    {
        if (await roles.RoleExistsAsync(Administrator))
        {
            return false;
        }

        try
        {
            return (await roles.CreateAsync(new IdentityRole<Guid>(Administrator) { Id = Guid.CreateVersion7() })).Succeeded;
        }
        catch (DbUpdateException)
        {
            return false;
        }
    }
}
