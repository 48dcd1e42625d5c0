using System.ComponentModel.DataAnnotations;
using Downbeat.Data;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Accounts;

/// <summary>Makes an account and signs it in.</summary>
public sealed partial class RegisterPage(SignInManager<User> signIn, IOptions<IdentityOptions> identity, NavigationManager navigation)
{
    private IReadOnlyList<string> problems = [];
    private bool isFirst;
    private string passwordHint = "";

    [Inject]
    private Registrar Registrar { get; set; } = default!;

    [SupplyParameterFromForm]
    private RegisterForm Form { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        Form ??= new();
        passwordHint = $"At least {identity.Value.Password.RequiredLength} characters. A few words in a row are easier to keep than symbols.";
        isFirst = await Registrar.IsNewStudioAsync();
    }

    private async Task RegisterAsync()
    {
        var email = Form.Email.Trim();
        var user = new User { UserName = email, Email = email };
        var result = await Registrar.CreateAsync(user, Form.Password);
        if (!result.Succeeded)
        {
            problems = [.. result.Errors.Select(Sentence).Distinct()];
            return;
        }

        await signIn.SignInAsync(user, isPersistent: true);
        navigation.NavigateTo(ReturnPath.Local(ReturnUrl));
    }

    private static string Sentence(IdentityError error) => error.Code switch
    {
        nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName) =>
            "There is already an account with this email. Sign in instead.",
        nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.InvalidUserName) => "This does not look like an email address.",
        _ => error.Description,
    };

    private sealed class RegisterForm
    {
        [Required(ErrorMessage = "Write your email address."), EmailAddress(ErrorMessage = "This does not look like an email address."), MaxLength(200)]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Choose a password."), MaxLength(200)]
        public string Password { get; set; } = "";
    }
}
